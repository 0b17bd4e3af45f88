"""Repair: corrections such as “不对，是燃气不是电”, of what was said before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import ne
from typing import Any

_INSTEAD = (
    re.compile(
        r"(?:应该?|其实|准确(?:地)?说|实际)?是(?P<new>[^，,。；;是不]{1,20}?)"
        r"[，,、 ]?(?:而)?不是(?P<old>[^，,。；;！!]{1,20})"
    ),
    re.compile(r"不是(?P<old>[^，,。；;是]{1,20})[，,、 ]*(?:而|应该)?是(?P<new>[^，,。；;！!]{1,20})"),
    re.compile(r"(?:把|将)?(?P<old>[^，,。；;把将]{1,20}?)(?:改成|改为|换成|更正为)(?P<new>[^，,。；;！!]{1,20})"),
)
_CORRECTS = re.compile(
    r"^(?:不对|不是|错了|写错了|说错了|搞错了|弄错了|有误|更正|纠正|改一下|修改|等等)|改成|改为|换成|说错|写错|更正|应该是|不是.{1,12}是|是.{1,12}不是"
)

_TAKES_BACK = re.compile(
    r"[，,。；;、！!\s]+(?:啊|哦|噢|哎|呃|嗯|额)?[，, ]*(?:不是|不对|错了|说错了|搞错了|弄错了|口误)[了啊呀]?[，,。！!、\s]+(?P<new>[^，,。；;]{2,30})"
)
_LEADS = re.compile(r"^(?:应该|其实|准确地?说)?(?:就?是|叫|在)")
_ENDS = re.compile(r"[吧啊呢了的。！!，,\s]+$")
_PARTICLES = re.compile(r"[^\w]|[了的吗呢吧啊都就在是我们]")
LONGEST_WORD = 6
"""Characters of a word that may stand for one much like it."""


@dataclass(frozen=True)
class Correction:
    """A correction of something said before; `old` is empty when only the new value is named."""

    new: str
    old: str = ""


def find_correction(text: str) -> Correction | None:
    """Return what a sentence such as “不对，是燃气不是电” puts in whose place, or None."""
    for pattern in _INSTEAD:
        match = pattern.search(text)
        if match and match["old"].strip() and match["new"].strip():
            old, new = (re.sub(r"^(?:不对|错了|那个|是)+|[吧啊呢了的]+$", "", match[k].strip()) for k in ("old", "new"))
            if old and new and old != new:
                return Correction(new, old)
    return None


def said_instead(text: str) -> str:
    """Return what the speaker says in the same breath in the place of something: “……给甲，不是，给乙”; or nothing."""
    found = list(_TAKES_BACK.finditer(text.strip()))
    return found[-1]["new"] if found else ""


def nearest(values: Mapping[str, Any], said: str) -> Correction | None:
    """Return what “不对，是停水” corrects when the old word is not named: the one stretch that differs in one character."""
    new = _LEADS.sub("", _ENDS.sub("", said.strip()))
    if not 2 <= len(new) <= LONGEST_WORD:
        return None
    texts = [value for value in values.values() if isinstance(value, str)]
    stretches = {text[at : at + len(new)] for text in texts for at in range(len(text) - len(new) + 1)}
    found = [one for one in stretches if not _PARTICLES.search(one) and sum(map(ne, one, new)) == 1]
    return Correction(new, found[0]) if len(found) == 1 else None


def is_correction(text: str) -> bool:
    """Tell whether a sentence means to change something said before."""
    return bool(_CORRECTS.search(text.strip()))


def without_correction_words(text: str) -> str:
    """Return the sentence less its opening “不对，” and the like."""
    return re.sub(
        r"^(?:不对|不是(?=[，,。！! ]|$|是)|错了|写错了|说错了|更正(?:一下)?|改一下|等等)+[，,。！! ]*",
        "",
        text.strip(),
    )


def without_command(text: str) -> str:
    """Return what “改成贷款吧” wants put down: 贷款."""
    return _ENDS.sub("", re.sub(r"^(?:把[^，,。]{1,8})?(?:改成|改为|换成|更正为|写成)[：:，, ]*", "", text)) or text


def replace_in_values(values: Mapping[str, Any], correction: Correction) -> dict[str, Any]:
    """Return the text values in which `correction.old` occurs, with the new word in its place."""
    changed: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, str) and correction.old and correction.old in value:
            changed[name] = value.replace(correction.old, correction.new)
    return changed
