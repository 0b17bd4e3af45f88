"""Messages that ask more than one thing: two questions joined by a comma, one question about several places."""

import re
from collections.abc import Sequence

from zhiqibot.topics.policies.model import PolicyAnswer
from zhiqibot.topics.policies.places import Places
from zhiqibot.topics.policies.question import Question
from zhiqibot.topics.policies.reading import asks

_COMMA = re.compile(r"[,，、]")
MIN_SUBJECT = 2
"""Characters; a clause with less asks a point of the same subject (“补多少,要啥材料”)."""

OWN_SUBJECT = 4
"""Characters; a part with as many speaks of something of its own, even where another part is refused."""
SURE_OF_PART = 0.6


def clauses_of(text: str, places: Places) -> list[str]:
    """Return the questions that commas join, each with a subject of its own; empty when it is one question.

    A place named in one clause holds for those after it."""
    found: list[str] = []
    scene: list[str] = []
    place = ""
    for clause in _COMMA.split(text):
        named = places.find(clause).regions
        place = named[0] if named else place
        scene.append(clause if named or scene else f"{place}{clause}")
        if asks(clause):
            found.append(",".join(scene))
            scene = []
    if scene or len(found) < 2:
        return []
    return found if all(len(Question.read(places.without(one)).subject) >= MIN_SUBJECT for one in found) else []


def apart(answers: Sequence[PolicyAnswer]) -> bool:
    """Tell whether the answers to the parts stand for themselves: each found, no two the same."""
    cards = [one.card_ids for one in answers]
    return all(one.answered and one.card_ids for one in answers) and len(set(cards)) == len(cards)


def partly(chances: Sequence[float], answers: Sequence[PolicyAnswer]) -> bool:
    """Tell whether some parts find an answer of their own while others find none.

    `chances`: per part, how likely it has one. That the whole message found none asks for more than elsewhere."""
    refused = {card for one in answers if not one.answered for card in one.card_ids}
    told = [
        chance >= SURE_OF_PART and not refused.intersection(one.card_ids)
        for chance, one in zip(chances, answers, strict=True)
        if one.answered and one.card_ids
    ]
    return bool(told) and all(told)


def together(answers: Sequence[PolicyAnswer]) -> PolicyAnswer:
    """Join the answers to several questions; the same answer is given once."""
    texts = list(dict.fromkeys(one.text for one in answers))
    last = next((one for one in reversed(answers) if one.card_ids), answers[-1])
    refused = next((one for one in answers if not one.answered), None)
    return PolicyAnswer(
        answered=any(one.answered for one in answers),
        text="\n\n".join(texts),
        citations=tuple(dict.fromkeys(c for one in answers for c in one.citations)),
        card_ids=tuple(dict.fromkeys(c for one in answers for c in one.card_ids)),
        hints=tuple(dict.fromkeys(hint for one in answers for hint in one.hints)),
        unit=(refused or last).unit,
        topic=last.topic,
        question=last.question,
        follow_up=answers[0].follow_up,
        open_parts=tuple(part for one in answers for part in one.open_parts),
    )
