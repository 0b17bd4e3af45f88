"""Cutting a message into the requests it holds.

Most messages hold one request, told in several clauses. Every place where a second one may begin (a mark, a word such
as 另外 or 顺便, another ticket number) is weighed: how surely are both sides requests of their own, and different ones?
The best place above the limit is cut, then both sides are looked at again. The weights were fitted by logistic
regression on labelled development messages, staff's and enterprises' (`tests/nlu/README.md`); the rules below them say
what holds whatever the weights.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from zhiqibot.nlu import halves
from zhiqibot.nlu.halves import NUMBER
from zhiqibot.nlu.reading import Reading

Judge = Callable[[int, int], Reading]
"""Reads a stretch of the message as if it stood alone."""

_TURN = (
    r"另外|此外|顺便|顺带|顺手|捎带|对了|再一个|再者|再就是|再有(?:就是|一[个件]|[,:])|还有(?:个|一|件|就是|我|昨|上|那|今)|还有[,:]|还想|还要(?=[问查报约订])|还得(?=[问查报约])"
    r"|再(?=[帮给问查报约替说]|咨询|预约|登记)|同时(?=[帮给请想问查出]|[,:])|其次|第[二三四][个件]?[,:是]|[二三四]是|[二三]来|然后|以及(?=[帮给问查])"
    r"|也(?=[给帮替][我俺])|麻烦再|请再|也想(?=[问查报约])|问下另|再一件|另一[件个]|另有|另(?=[,:请帮给想问])|还请(?=[帮给])|并(?=[帮给请为]我)|2[.、)](?!\d)"
)
_BREAK = re.compile(
    rf"[,。!?;、\n…~ ]*(?P<turn>{_TURN})|(?P<end>[。!?;\n]+)|(?P<pause>[, …~]+)|(?<![\d号,。!?; 路街道巷-])(?P<number>(?={NUMBER}))",
    re.IGNORECASE,
)
_LEAD = re.compile(rf"^[,。!?;:、\n…~ ]*(?:{_TURN})?[,:、 ]*(?:一下)?")
_SAYS = re.compile(r"[^\W_][\W_]*[^\W_]")
"""A piece of fewer than two letters or digits asks for nothing."""
MOST_PLACES, MOST_CUTS, FEW_PIECES = 8, 3, 4
LONG_TEXT = 300  # characters; in a long document only an explicit change of subject counts
LIMIT = -0.7
"""From this weight on a place divides two requests."""
_FLOOR = -7.0  # log chances below this tell nothing more

_START = -7.92
_WEIGHTS = {
    "turn": 2.91,
    "end": 0.92,
    "left": 2.14,
    "right": 2.13,
    "left as right": -0.44,
    "right as left": -0.5,
    "one story": -0.66,
    "weak left": -2.35,
    "weak right": -2.29,
    "two numbers": 1.59,
    "same": -0.33,
    "right inside": 1.63,
    "of another": 2.5,
    "asks to file": 2.6,
}
_AT_MOST = {name: max(_WEIGHTS[name] * _FLOOR, 0.0) for name in ("left", "left as right", "right as left")}
"""What the facts that need the left side can add at most."""

_WEAK = halves.COURTESY | halves.ANSWERS | {"help", "out_of_scope"}


@dataclass(frozen=True)
class Place:
    """Where a second request may begin; `kind` is turn, end, pause or number."""

    at: int
    kind: str


def cut(text: str, judge: Judge) -> list[tuple[int, int]]:
    """Return the stretches of the message that hold a request each; one stretch when it is one story."""
    places = _places(text)
    stretches = [(0, len(text))]
    for _ in range(MOST_CUTS if places else 0):
        found = [best for stretch in stretches if (best := _best(text, judge, stretch, places))]
        if not found:
            break
        _, (start, end), at = max(found)
        stretches.remove((start, end))
        stretches = sorted([*stretches, (start, at), (at, end)])
    return stretches


def heart(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the stretch without the words that only lead over to it (另外、顺便 …)."""
    return (_after_lead(text, start), end) if start else (start, end)


def without_lead(text: str) -> str:
    """Return a text without such words at its beginning."""
    return text[_after_lead(text, 0) :]


def _best(
    text: str, judge: Judge, stretch: tuple[int, int], places: list[Place]
) -> tuple[float, tuple[int, int], int] | None:
    """Return weight, stretch and place of the best cut, if there is one above the limit."""
    weighed = [
        (weight, stretch, place.at)
        for place in places
        if stretch[0] < place.at < stretch[1] and (weight := _weight(text, judge, stretch, place)) > LIMIT
    ]
    return max(weighed, default=None)


def _weight(text: str, judge: Judge, stretch: tuple[int, int], place: Place) -> float:
    """Return how much speaks for a second request from this place on."""
    left, right = heart(text, stretch[0], place.at), (min(_after_lead(text, place.at), stretch[1]), stretch[1])
    if not (_SAYS.search(text, *left) and _SAYS.search(text, *right)):
        return -math.inf
    said_left, said_right = text[slice(*left)], text[slice(*right)]
    second = judge(*right).beside
    name, chance, _ = second.verdict
    facts = {
        "turn": place.kind == "turn",
        "end": place.kind == "end",
        "right": math.log(chance),
        "weak right": name in _WEAK,
        "two numbers": halves.two_numbers(said_left, said_right),
        "of another": halves.turns_to_another(said_left, said_right),
        "asks to file": halves.asks_to_file(said_right),
        "right inside": second.scores.inside,
    }
    told = _START + sum(_WEIGHTS[fact] * value for fact, value in facts.items())
    bound = told + sum(_AT_MOST.values())
    if bound <= LIMIT:
        return bound  # whatever stands to the left
    first = judge(*left).beside
    if not halves.may_be_two(
        halves.Side(said_left, *first.verdict), halves.Side(said_right, *second.verdict), place.kind
    ):
        return -math.inf
    before, sure, _ = first.verdict
    facts = {
        "left": math.log(sure),
        "left as right": max(first.log_chance(name), _FLOOR),
        "right as left": max(second.log_chance(before), _FLOOR),
        "one story": frozenset((before, name)) in halves.ONE_STORY,
        "weak left": before in _WEAK,
        "same": before == name,
    }
    return told + sum(_WEIGHTS[fact] * value for fact, value in facts.items())


def _places(text: str) -> list[Place]:
    found = [Place(match.start(), str(match.lastgroup)) for match in _BREAK.finditer(text) if match.start()]
    if len(text) > LONG_TEXT:
        return [place for place in found if place.kind == "turn"][:FEW_PIECES]
    order = {"turn": 0, "number": 1, "end": 2, "pause": 3}
    return sorted(found, key=lambda place: (order[place.kind], place.at))[:MOST_PLACES]


def _after_lead(text: str, place: int) -> int:
    match = _LEAD.match(text[place:])
    return place + (match.end() if match else 0)
