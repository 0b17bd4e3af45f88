"""Scores and what was said with them."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from zhiqibot.core.numbers import find_ticket_numbers
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.nlu.phrases import PhraseIndex
from zhiqibot.nlu.slots.part import Part

_DIGIT: Final = re.compile(
    r"(?<![\d.])([0-5]|[零一二两三四五])\s*(?:分(?!之|钟|[上下])|星|颗星?|个星)"
    r"|(?:打|给|评|选|点)(?:个|了)?([1-5一二两三四五])(?![\d个年月天号十百次家位名件条])"
)
_BARE: Final = re.compile(r"([1-5一二两三四五])[吧呗啊。!分]*")
_HALF: Final = re.compile(r"(?:一半|部分|有点).{0,4}满意")
_COURTESY: Final = re.compile(
    r"(?:谢谢|多谢|感谢|辛苦|麻烦|打扰|评价|打分|评分|回访|对|关于|本次|这次|此次|办理|处理|结果|服务|态度|我们?|公司|厂|俺|来|要|想|给|打|表示|一下"
    r"|了|吧|啊|呗|呢|哦|你们?|您|大家|恁|都|就|[0-9]|[一二两三四五]|个|分|星|颗|哈|呀|嗯|的|是|为|那件?|号|工单|诉求|整体|总体|还|算|很|非常|十分|[,。!?:;~、 -])*"
)


class Ratings:
    """Reads scores with the expressions of `_slots.yaml`; the longest expression wins."""

    def __init__(self, expressions: Mapping[int, Sequence[str]]) -> None:
        pairs = [(text.lower(), score) for score, texts in expressions.items() for text in texts]
        self._whole = dict(pairs)
        self._inside = PhraseIndex((text, score) for text, score in pairs if len(text) > 1)

    def score(self, part: Part) -> int | None:
        """Return 1–5, or None when the message rates nothing."""
        text = part.text
        bare = _BARE.fullmatch(text) if part.asked == "score" else None
        digit = bare or _DIGIT.search(text)
        if digit:
            return _valued(next(group for group in digit.groups() if group))
        whole = self._whole.get(text.strip(",。!?~ 吧啊呀哦呗"))
        if whole:
            return whole
        if _HALF.search(text):
            return 3
        found = list(self._inside.longest(text))
        return max(found, key=lambda hit: hit.end - hit.start).meaning if found else None

    def comment(self, part: Part) -> str | None:
        """Return the reasons given with a score, as written; None when there are none."""
        text = part.text
        numbers = [mention.span for mention in find_ticket_numbers(text)]
        clauses = [(match.start(), match.end()) for match in re.finditer(r"[^,。!?;:\n]+", text)]
        reasons = [span for span in clauses if self._is_reason(text, span, numbers)]
        return part.written(reasons[0][0], reasons[-1][1]) or None if reasons else None

    def _is_reason(self, text: str, span: tuple[int, int], numbers: Sequence[tuple[int, int]]) -> bool:
        start, end = span
        covered = [(first, last) for first, last in numbers if first >= start and last <= end]
        covered += [match.span() for match in _DIGIT.finditer(text, start, end)]
        rating = next(self._inside.longest(text), None)
        if rating and rating.start >= start and rating.end <= end:
            covered.append((rating.start, rating.end))
        rest = "".join(text[i] for i in range(start, end) if not any(a <= i < b for a, b in covered))
        return len(rest) >= 2 and _COURTESY.fullmatch(rest) is None


def _valued(number: str) -> int | None:
    value = parse_number(number)
    return min(max(int(value), 1), 5) if value is not None else None
