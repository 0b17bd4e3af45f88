"""Scores and what was said with them."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from zhiqibot.core.numbers import find_ticket_numbers
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.nlu.phrases import PhraseIndex
from zhiqibot.nlu.pinyin import SoundTable
from zhiqibot.nlu.slots.part import Part
from zhiqibot.nlu.slots.sounds import SoundIndex

_DIGIT: Final = re.compile(
    r"(?<![\d.])([0-5]|[零一二两俩三四五])\s*(?:分(?!之|钟|[上下])|星|颗星?|个星)"
    r"|(?:打|给|评|选|点)(?:个|了)?([1-5一二两三四五])(?![\d个年月天号十百次家位名件条般些下点定直])|评分(?:是|为|:)*\s*([1-5])(?!\d)"
)
_BARE: Final = re.compile(r"([1-5一二两三四五])[吧呗啊。!分]*")
_MOCKS: Final = re.compile(
    r"满意(?:个|你)?(?:屁|鬼|毛线?|锤子?|头|啥|什么)(?!都|也)|满意才怪|能满意(?:吗|才)|咋(?:可能|会|能)满意"
)
"""“满意个屁” is the opposite."""
_HALF: Final = re.compile(
    r"不是(?:说)?不满意|(?:一半|部分|有点)[^,。不]{0,4}满意|(?:说|谈|算|讲)(?:不上|不来|不了)[^,。]{0,2}满意.{0,3}[也又].{0,4}不满意|不能说好.{0,3}不能说[坏差]|(?:说|谈)不上(?:多)?好.{0,3}(?:说|谈)不上(?:多)?[坏差]"
)
_NOTHING_WRONG: Final = re.compile(r"没(?:有|啥|什么|有啥|有什么)?(?:地方|可|好)?不满意|没有?(?:啥|什么)?毛病|无不满意")
_COURTESY: Final = re.compile(
    r"(?:谢谢|多谢|感谢|辛苦|麻烦|打扰|评价|打分|评分|回访|对|关于|本次|这次|此次|办理|处理|结果|服务|态度|我们?|公司|厂|俺|来|要|想|给|打|表示|一下"
    r"|了|吧|啊|呗|呢|哦|你们?|您|大家|恁|都|就|[0-9]|[一二两三四五]|个|分|星|颗|哈|呀|嗯|的|是|为|那件?|号|工单|诉求|整体|总体|还|算|很|非常|十分|[,。!?:;~、 -])*"
)


_SHORTEST_BY_SOUND: Final = 2


_ASKING: Final = re.compile(r"满不满意|满意不满意|满意不(?!满)|满意吗|满意没有?")
_ON_THE_WHOLE: Final = re.compile(r"(?:总的|总体|综合|整体|总)[^,。;!?]{0,4}$")


class Ratings:
    """Reads scores with the expressions of `_slots.yaml`; the longest expression wins."""

    def __init__(self, expressions: Mapping[int, Sequence[str]], sounds: SoundTable | None = None) -> None:
        pairs = [(text.lower(), score) for score, texts in expressions.items() for text in texts]
        self._whole = dict(pairs)
        self._inside = PhraseIndex((text, score) for text, score in pairs if len(text) > 1)
        self._sounds = SoundIndex(pairs, sounds, _SHORTEST_BY_SOUND) if sounds is not None else None

    def score(self, part: Part) -> int | None:
        """Return 1–5, or None when the message rates nothing."""
        text = part.text
        bare = _BARE.fullmatch(text) if part.asked == "score" or part.intent == "rate_ticket" else None
        digit = bare or _overall(text)
        if digit:
            return _valued(next(group for group in digit.groups() if group))
        return self._in_words(_ASKING.sub("", text))

    def _in_words(self, text: str) -> int | None:
        whole = self._whole.get(text.strip(",。!?~ 吧啊呀哦呗"))
        if whole:
            return whole
        if _MOCKS.search(text):
            return 1
        if _HALF.search(text):
            return 3
        if _NOTHING_WRONG.search(text):
            return 4
        found = list(self._inside.longest(text)) or list(self._sounds.longest(text) if self._sounds else ())
        if not found:
            clauses = (self._whole.get(clause.strip(" 吧啊呀哦呗")) for clause in re.split(r"[,。!?:;~]", text))
            return next((score for score in clauses if score), None)
        outright = [hit for hit in found if "满意" in text[hit.start : hit.end]] or found
        return max(outright, key=lambda hit: hit.end - hit.start).meaning

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


def _overall(text: str) -> re.Match[str] | None:
    """Return the digit given; of several, the one said of the whole: 态度5分，结果3分，总的给4分."""
    digits = list(_DIGIT.finditer(text))
    overall = (digit for digit in digits if _ON_THE_WHOLE.search(text[: digit.start()]))
    return next(overall, digits[0] if digits else None)


def _valued(number: str) -> int | None:
    value = parse_number(number)
    return min(max(int(value), 1), 5) if value is not None else None
