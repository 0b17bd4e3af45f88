"""Typing instead of tapping: a button's label, or the place of one of the things just listed."""

import re
from collections import Counter

from zhiqibot.dialogue.short_answers import plain
from zhiqibot.dialogue.turn import Memory

_PLACES = "一二三四五六七八九十"
_PLACE = re.compile(
    rf"(?:那就|就|我?要|我?选|看看?|查看?)?第?(?P<place>[{_PLACES}]|\d{{1,2}})(?:[个件条项场种]|那[个件条])?(?:[吧呗的]|怎么样了?)?"
)
_LAST = re.compile(r"(?:那就|就|我?要|我?选|看看?)?最后(?:那?一?)[个件条项场种](?:[吧呗的])?")
_BY_WORD = re.compile(r"(?:那就|就|我?要|我?选|看看?|查)?(?P<word>.{1,8}?)的?[那这]?一?[个件条项场](?:[吧呗的])?")
_NUMBER = re.compile(
    r"(?:那就|就|我?要|我?选|是)?(?:(?:尾号|编号)(?P<tail>\d{1,4})|(?P<short>\d{1,3})号|(?P<four>0\d{3})号?)(?:[那这]?一?[个件条单]|的)?[吧呗]?"
)
_LABEL_NUMBER = re.compile(r"^ZQ\d{6}-(\d+)$")
_ENDS = re.compile(r"[\s，,。.!！?？]+$")


def is_place(text: str) -> bool:
    """Tell whether a text is nothing but “第二个” or “最后一个”."""
    bare = _ENDS.sub("", text.strip())
    return bool(_LAST.fullmatch(bare) or ("第" in bare and _PLACE.fullmatch(bare)))


def typed_choice(memory: Memory, text: str) -> str:
    """Return the value of the button that a text stands for, or nothing."""
    said = text.strip()
    for label, value in memory.choices:
        if label == said or (value == "yes" and label == f"确认{plain(said)}"):
            return value
    numbered = _by_number(memory, said)
    if numbered:
        return numbered
    items = [str(item) for reply in memory.last for item in reply.get("items", ())]
    offered = _of_the_items(memory, len(items))
    position = _position(_ENDS.sub("", said), items) if offered else None
    return offered[position] if position is not None and position < len(offered) else ""


def _by_number(memory: Memory, said: str) -> str:
    """Return the value of the one button whose label ends in the number said: “3号”, “尾号3” for ZQ…-0003."""
    number = _NUMBER.fullmatch(_ENDS.sub("", said))
    wanted = int(number["tail"] or number["short"] or number["four"]) if number else 0
    fitting = [
        value for label, value in memory.choices if (end := _LABEL_NUMBER.search(label)) and int(end[1]) == wanted
    ]
    return fitting[0] if number and len(fitting) == 1 else ""


def _of_the_items(memory: Memory, count: int) -> list[str]:
    """Return the buttons that stand for the items listed, in their order: those that all do the same with each."""
    kinds = Counter(_kind(value) for _, value in memory.choices)
    kind, many = max(kinds.items(), key=lambda pair: pair[1], default=("", 0))
    fits = kind and (many == count or 1 < many < count)
    return [value for _, value in memory.choices if _kind(value) == kind] if fits else []


def _kind(value: str) -> str:
    """Return what a button does, without what it does it to; empty for one that takes no argument."""
    for mark in ("=", ":"):
        head, found, _ = value.rpartition(mark)
        if found and head not in ("", "do", "say", "intent"):
            return head
    return ""


def _position(said: str, items: list[str]) -> int | None:
    place = _PLACE.fullmatch(said)
    if place:
        number = _PLACES.index(place["place"]) + 1 if place["place"] in _PLACES else int(place["place"])
        return number - 1 if 0 < number <= len(items) else None
    if _LAST.fullmatch(said):
        return len(items) - 1
    word = _BY_WORD.fullmatch(said)
    named = [position for position, item in enumerate(items) if word and word["word"] in item]
    return named[0] if len(named) == 1 else None
