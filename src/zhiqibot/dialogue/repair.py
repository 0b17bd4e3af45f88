"""Repair: yes and no in any wording, corrections such as “不对，是燃气不是电”, moves one can always make."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TRIM = re.compile(r"[\s，,。.!！~～?？、…；;：:]+")
_PARTICLES = re.compile(r"(?:[啊呀吧哈呢嘛啦了哦噢喔额嗯呃哟诶]|的话|谢谢|谢了)+$")

_COURTESY = re.compile(r"(?:谢谢|谢了)+$")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES = _words(
    """
    是 是的 对 对的 没错 好 好的 行 可以 中 中中 成 要 要的 嗯 嗯嗯 确认 确定 提交 确认提交 报 报吧
    就这样 就这么办 没问题 同意 ok okay yes y 👌 👍 1 没毛病 对头 正确 确认无误 无误 报上去 报名
    确认报名 帮我报 帮我提交 交 发 发送 确认发送 可以的 行的 妥 得劲 中嘞 好嘞 好滴 需要 是这样 是这样的
    对没错 是的没错 好的确认 嗯对 嗯好 对对 对对对 好好 就是 就是这个 就它 就这个 没有问题 都对 都没问题
    """
)
_NO = _words(
    """
    不 不是 不对 否 错了 不行 不对不对 不用 不要 别 no n 不中 不可以 有误 不正确 错 写错了 修改 改一下
    我要修改 我改一下 搞错了 弄错了 先别 等等 等一下 先等等 2
    """
)
_CANCEL = _words(
    """
    不撤了 不撤 先不撤 别撤 不取消了 先不取消 别取消 不退了 不改了 先不改 不去撤了
    取消 算了 不报了 不弄了 不办了 放弃 先不弄 先算了 不用了 退出 停止 撤销 不需要了 不填了 拉倒 拉倒吧
    不报 不提交 不搞了 没事了 算了不报了 先不报 不约了 不去了 取消吧 算了吧 先这样吧 不要了 cancel
    /cancel 不评了 不申请了 不发了
    """
)
_SKIP = _words(
    """
    跳过 没有 无 不知道 不清楚 没 不填 略 下一个 下一步 没了 暂无 不详 都行 随便 都可以 skip 不方便说
    以后再说
    """
)
_REPEAT = _words(
    """
    再说一遍 没看明白 没明白 不明白 没听懂 没看懂 重复 重复一遍 没看清 没听清 啥 什么 你说啥 再发一遍 再说一次 repeat 刚才说什么 你刚说啥
    """
)
_RESUME = _words(
    """
    继续 接着填 接着 继续填 继续填写 接着来
    """
)

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


def plain(text: str) -> str:
    """Return a short answer without punctuation and closing particles, in lower case."""
    bare = _TRIM.sub("", text.strip().lower())
    shorter = _PARTICLES.sub("", bare)
    return shorter or bare


_PIECE = re.compile(r"[，,。.!！~～?？、…；;：:\s]+")
_YES_PHRASE = re.compile(
    r"(?:对|是|好|行|可以|嗯|中|没错|确认|确定|没问题|成|妥)+(?:的|了|嘞|滴)*"
    r"(?:就|都)?(?:是|按)?(?:这个|这样|这么|这)?(?:事儿?|件|办|来|填|写)?(?:的|了)?(?:帮我|给我|你)?(?:继续|赶紧|快点?)?"
    r"(?:给)?(?:报|提交|登记|办|发|约|订|记|建|交|取消|撤|撤回|退|记上|报上|建上|约上|办结|上)?(?:上|上去|掉|了)?(?:吧|啊|呀|哈|呗)?"
)


def short_answer(text: str) -> str | None:
    """Return yes, no, cancel, skip, repeat or resume when the text is nothing but that."""
    if len(text) > 20:
        return None
    whole = _exact(text)
    if whole:
        return whole
    pieces = [piece for piece in _PIECE.split(text.strip()) if piece]
    moves = [_exact(piece) or ("yes" if _YES_PHRASE.fullmatch(piece) else None) for piece in pieces]
    return moves[0] if moves and moves[0] and len(set(moves)) == 1 else None


def opening_move(text: str) -> tuple[str | None, str]:
    """Return the short answer a longer message opens with (“算了，…”, “对！…”), and the rest of it."""
    parts = _PIECE.split(text.strip(), maxsplit=1)
    if len(parts) < 2 or not parts[1]:
        return None, text
    first = _exact(parts[0]) or ("yes" if _YES_PHRASE.fullmatch(parts[0]) else None)
    return first, parts[1]


def _exact(text: str) -> str | None:
    if len(text) > 14:
        return None
    bare = _TRIM.sub("", text.strip().lower())
    said = {plain(text), bare, _COURTESY.sub("", bare)}  # “不用了谢谢” is “不用了”, not “不用”
    for name, words in (
        ("cancel", _CANCEL),
        ("yes", _YES),
        ("no", _NO),
        ("skip", _SKIP),
        ("repeat", _REPEAT),
        ("resume", _RESUME),
    ):
        if said & words:
            return name
    return None


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


def is_correction(text: str) -> bool:
    """Tell whether a sentence means to change something said before."""
    return bool(_CORRECTS.search(text.strip()))


def without_correction_words(text: str) -> str:
    """Return the sentence less its opening “不对，” and the like."""
    return re.sub(r"^(?:不对|不是|错了|写错了|说错了|更正(?:一下)?|改一下|等等)+[，,。！! ]*", "", text.strip())


def replace_in_values(values: Mapping[str, Any], correction: Correction) -> dict[str, Any]:
    """Return the text values in which `correction.old` occurs, with the new word in its place."""
    changed: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, str) and correction.old and correction.old in value:
            changed[name] = value.replace(correction.old, correction.new)
    return changed
