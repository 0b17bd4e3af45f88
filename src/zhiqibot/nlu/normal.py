"""The normal form of a message, with the way back to the message as written.

Full width to half, capitals to small, traditional to simplified script, emoji and control characters out, blanks
between Chinese characters out, runs of the same mark shortened, known homophone slips put right. Every character of
the normal form knows which characters of the message it stands for, so that a slot can be quoted as the person wrote it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from zhiqibot.nlu.phrases import PhraseIndex

MAX_CHARS = 4_000
"""Longer messages are read up to here; the channels cut at the same length."""

_LONGEST_RUN = {"!": 1, "?": 1, ",": 1, ".": 3, "。": 1, "~": 1, "-": 2, "…": 1, " ": 1}
_RUN_OF_OTHERS = 3  # 哈哈哈哈哈哈 says no more than 哈哈哈; numbers keep every digit
_MARKS = str.maketrans(
    {
        "，": ",",
        "！": "!",
        "？": "?",
        "；": ";",
        "：": ":",
        "（": "(",
        "）": ")",
        "～": "~",
        "【": "[",
        "】": "]",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "﹐": ",",
        "｡": "。",
    }
)
_PAUSED_PIECE = 5
_EMOJI_WORDS = {
    "👍": "好",
    "👌": "好",
    "🆗": "好",
    "✅": "对",
    "❌": "不",
    "👎": "差评",
    "🙏": "谢谢",
    "❤": "谢谢",
    "🌹": "谢谢",
    "👋": "你好",
    "💯": "非常满意",
    "😡": "差评",
    "🤬": "差评",
    "😊": "好",
}
_HAN_OR_MARK = re.compile(r"[\u3400-\u9fff,。!?;:]")


@dataclass(frozen=True)
class NormalText:
    """`text` is the normal form of `original`; character i stands for `original[starts[i]:ends[i]]`."""

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def written(self, start: int, end: int) -> str:
        """Return the part of the message behind `text[start:end]`, exactly as written."""
        if start >= end:
            return ""
        return self.original[self.starts[start] : self.ends[end - 1]]

    def part(self, start: int, end: int) -> "NormalText":
        """Return a piece of the message as a message of its own."""
        if start == 0 and end == len(self.text):
            return self
        return NormalText(self.original, self.text[start:end], self.starts[start:end], self.ends[start:end])


class Normaliser:
    """Brings messages into normal form; `homophones` maps wrong spellings to right ones of the same length."""

    def __init__(self, homophones: Mapping[str, str]) -> None:
        self._slips = PhraseIndex(homophones)

    def read(self, message: str) -> NormalText:
        """Return the normal form of a message; never raises, whatever the characters."""
        head = message[:MAX_CHARS]
        kept: list[str] = []
        places: list[int] = []
        run, last = 0, ""
        for place, raw in enumerate(head):
            char = _plain(raw)
            if not char:
                continue
            run = run + 1 if char == last else 1
            last = char
            if run > 1 and not char.isdigit() and run > _LONGEST_RUN.get(char, _RUN_OF_OTHERS):
                continue
            kept.append(char)
            places.append(place)
        if not any(char.isalnum() for char in kept):
            kept, places = _emoji_as_words(head) or (kept, places)
        text = simplified("".join(kept))
        text, places = _without_idle_blanks(text, places)
        return self._repaired(head, text, places)

    def _repaired(self, message: str, text: str, places: list[int]) -> NormalText:
        """Put homophone slips right; a word stands for the whole slip when the lengths differ."""
        starts, ends = list(places), [place + 1 for place in places]
        pieces: list[str] = []
        new_starts: list[int] = []
        new_ends: list[int] = []
        done = 0
        for slip in self._slips.longest(text):
            pieces += [text[done : slip.start], slip.meaning]
            new_starts += starts[done : slip.start]
            new_ends += ends[done : slip.start]
            if len(slip.meaning) == slip.end - slip.start:
                new_starts += starts[slip.start : slip.end]
                new_ends += ends[slip.start : slip.end]
            else:
                new_starts += [starts[slip.start]] * len(slip.meaning)
                new_ends += [ends[slip.end - 1]] * len(slip.meaning)
            done = slip.end
        if not done:
            return NormalText(message, text, tuple(starts), tuple(ends))
        whole = "".join(pieces) + text[done:]
        return NormalText(message, whole, tuple(new_starts + starts[done:]), tuple(new_ends + ends[done:]))


@lru_cache(maxsize=16_384)
def _plain(char: str) -> str:
    """Return one character in plain form, or nothing for what carries no meaning in a sentence."""
    if char in "\r\n\u2028\u2029":
        return "\n"
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk", "Mn", "Me"):
        folded = unicodedata.normalize("NFKC", char) if category == "So" else ""
        return folded if len(folded) == 1 and folded.isalnum() else ""
    folded = unicodedata.normalize("NFKC", char).lower()
    if len(folded) != 1:
        folded = char
    return folded.translate(_MARKS)


def _emoji_as_words(message: str) -> tuple[list[str], list[int]] | None:
    """A message of nothing but emoji means what its first known emoji means; stars are counted."""
    stars = [place for place, char in enumerate(message) if char in "⭐🌟★"]
    if stars:
        return list(f"{'一二三四五'[min(len(stars), 5) - 1]}星"), [stars[0], stars[-1]]
    for place, char in enumerate(message):
        if char in _EMOJI_WORDS:
            word = _EMOJI_WORDS[char]
            return list(word), [place] * len(word)
    return None


def _without_idle_blanks(text: str, places: list[int]) -> tuple[str, list[int]]:
    """Blanks separate numbers and Latin words; between Chinese characters and at the ends they say nothing."""
    stripped = text.strip()
    offset = len(text) - len(text.lstrip())
    places = places[offset : offset + len(stripped)]
    if " " not in stripped and "\n" not in stripped:
        return stripped, places
    if " " in stripped and all(len(piece) >= _PAUSED_PIECE for piece in stripped.split(" ")):
        return "".join(_pause(stripped, i) for i in range(len(stripped))), places
    kept = [i for i, char in enumerate(stripped) if char != " " or not _idle(stripped, i)]
    return "".join(stripped[i] for i in kept), [places[i] for i in kept]


def _pause(text: str, place: int) -> str:
    """Voice input writes a pause as a blank: between whole clauses it stands for a comma."""
    return "," if text[place] == " " and _idle(text, place) else text[place]


def _idle(text: str, place: int) -> bool:
    return bool(_HAN_OR_MARK.match(text[place - 1]) or _HAN_OR_MARK.match(text[place + 1]))


_converter: Any = None


def simplified(text: str) -> str:
    """Return traditional script as simplified, character for character (the length never changes)."""
    global _converter
    if text.isascii():
        return text
    if _converter is None:
        import opencc

        _converter = opencc.OpenCC("t2s")
    whole = str(_converter.convert(text))
    if len(whole) == len(text):
        return whole
    singles = (str(_converter.convert(char)) for char in text)
    return "".join(new if len(new) == 1 else char for char, new in zip(text, singles, strict=True))
