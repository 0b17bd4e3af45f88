"""Short answers to whatever was asked: yes, no, cancel, skip, repeat, resume, in the words of `intents/_slots.yaml`."""

import re
from collections.abc import Mapping
from functools import cache

from zhiqibot.content.intent_loading import read_lists
from zhiqibot.content.intents import MOVES, SlotLists
from zhiqibot.content.reading import content_root

LONGEST = 20
"""Characters; what is longer says more than a short answer."""
LONGEST_EXPRESSION = 14
_TRIM = re.compile(r"[\s，,。.!！~～?？、…；;：:]+")
_PARTICLES = re.compile(r"(?:[啊呀吧哈呢嘛啦了哦噢喔额嗯呃哟诶]|的话|谢谢|谢了)+$")
_COURTESY = re.compile(r"(?:谢谢|谢了)+$")
_HEARD = re.compile(r"(?:[好嗯行中成哦对是1]|可以|ok)+(?:[的了嘞滴呗]+)?")
_PIECE = re.compile(r"[，,。.!！~～?？、…；;：:\s]+")
_YES_PHRASE = re.compile(
    r"(?:对|是|好|行|可以|嗯|中|没错|确认|确定|没问题|成|妥)+(?:的|了|嘞|滴)*"
    r"(?:就|都)?(?:是|按)?(?:这个|这样|这么|这)?(?:事儿?|件|办|来|填|写)?(?:的|了)?(?:帮我|给我|你)?(?:继续|赶紧|快点?)?"
    r"(?:给)?(?:报|提交|登记|办|发|约|订|记|建|交|取消|撤|撤回|退|记上|报上|建上|约上|办结|上)?(?:上|上去|掉|了)?(?:吧|啊|呀|哈|呗)?"
)
_in_force: dict[str, Mapping[str, str]] = {}
"""What `use` was given last: the words of the content in force, one vocabulary a process."""


def use(lists: SlotLists) -> None:
    """Take the words of this content from now on; until then, those shipped are used."""
    _in_force["words"] = _by_expression(lists)


def plain(text: str) -> str:
    """Return a short answer without punctuation and closing particles, in lower case."""
    bare = _TRIM.sub("", text.strip().lower())
    shorter = _PARTICLES.sub("", bare)
    return shorter or bare


def short_answer(text: str) -> str | None:
    """Return yes, no, cancel, skip, repeat or resume when the text is nothing but that."""
    if len(text) > LONGEST:
        return None
    whole = _exact(text)
    if whole == "yes" and text.rstrip().endswith(("?", "？")):
        return None  # “可以吧？” asks
    if whole:
        return whole
    pieces = [piece for piece in _PIECE.split(text.strip()) if piece]
    moves = [_exact(piece) or ("yes" if _YES_PHRASE.fullmatch(piece) else None) for piece in pieces]
    return moves[0] if moves and moves[0] and len(set(moves)) == 1 else None


def only_heard(text: str) -> bool:
    """Tell whether a yes may only mean “I have heard you” (好, 嗯, 行), unlike 确认, 提交 or 就这样."""
    return bool(_HEARD.fullmatch(plain(text)))


def opening_move(text: str) -> tuple[str | None, str]:
    """Return the short answer a longer message opens with (“算了，…”, “对！…”), and the rest of it."""
    parts = _PIECE.split(text.strip(), maxsplit=1)
    if len(parts) < 2 or not parts[1]:
        return None, text
    if parts[0] == "对了":  # by the way
        return None, text
    first = _exact(parts[0]) or ("yes" if _YES_PHRASE.fullmatch(parts[0]) else None)
    return first, parts[1]


def _exact(text: str) -> str | None:
    if len(text) > LONGEST_EXPRESSION:
        return None
    words = _in_force.get("words") or _shipped()
    bare = _TRIM.sub("", text.strip().lower())
    said = {words.get(one) for one in (plain(text), bare, _COURTESY.sub("", bare))}
    return next((move for move in MOVES if move in said), None)  # “不用了谢谢” is “不用了”, not “不用”


def _by_expression(lists: SlotLists) -> Mapping[str, str]:
    return {word.lower(): move for move in MOVES for word in getattr(lists, move)}


@cache
def _shipped() -> Mapping[str, str]:
    return _by_expression(read_lists(content_root() / "intents"))
