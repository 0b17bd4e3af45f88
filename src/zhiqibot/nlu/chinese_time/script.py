"""One written form for time words: half-width, simplified, one dash; always of the same length, so spans hold."""

from __future__ import annotations

from typing import Final

# only the characters that occur in time words and in the cues around them
_TRADITIONAL: Final = dict(
    zip(
        "週禮號點後這個兩農曆歷臘節國慶時間內開來會過從鐘鍾頭裡裏陽舊聖誕勞動兒報貳參陸於還沒聽說請約當該終繳圍邊"
        "壹贰叁肆伍陆柒捌玖拾",
        "周礼号点后这个两农历历腊节国庆时间内开来会过从钟钟头里里阳旧圣诞劳动儿报二三六于还没听说请约当该终缴围边"
        "一二三四五六七八九十",
        strict=True,
    )
)
_FULL_WIDTH: Final = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_TABLE: Final = str.maketrans(
    {
        **_FULL_WIDTH,
        **_TRADITIONAL,
        "　": " ",
        "\u00a0": " ",
        "\t": " ",
        "〇": "零",
        "○": "零",
        "∶": ":",
        "﹕": ":",
        "︰": ":",
    }
    | dict.fromkeys("—–―－−~～〜", "-")
)

NUMERALS: Final = "零一二三四五六七八九十"


def unify(text: str) -> str:
    """The text in the form the lexer reads; character i stands for character i of the original."""
    return text.translate(_TABLE)


def _small_numbers() -> dict[str, int]:
    digits = NUMERALS[:10]
    table = {str(n): n for n in range(100)} | {f"{n:02d}": n for n in range(100)} | {"两": 2, "俩": 2}
    for n in range(10):
        table[digits[n]] = table["零" + digits[n]] = n
    for tens in range(1, 10):
        stems = [digits[tens] + "十", *{1: ["十", "拾"], 2: ["廿"], 3: ["卅"]}.get(tens, [])]
        for stem in stems:
            table[stem] = 10 * tens
            table |= {stem + digits[n]: 10 * tens + n for n in range(1, 10)}
    return table


_SMALL: Final = _small_numbers()


def small(text: str) -> int | None:
    """0 to 99 in digits or in words; None for anything else, such as 一二三 or 二三十."""
    return _SMALL.get(text)


def count(text: str) -> int | None:
    """0 to 999 in digits or in words: 90, 九十, 一百二十, 一百零五."""
    value = _SMALL.get(text)
    if value is not None:
        return value
    if text.isascii() and text.isdigit():
        return int(text)
    hundreds, found, rest = text.partition("百")
    if not found:
        return None
    above, below = _SMALL.get(hundreds or "一"), _SMALL.get(rest or "零")
    return None if above is None or below is None or above > 9 else above * 100 + below


def about(text: str) -> tuple[int, int] | None:
    """两三 as (2, 3), 七八 as (7, 8): a number named by two neighbours; None for anything else."""
    if len(text) != 2 or text.isascii():
        return None
    first, second = _SMALL.get(text[0]), _SMALL.get(text[1])
    return (first, second) if first and second == first + 1 and second < 10 else None


def year_number(text: str) -> int | None:
    """2026, 二零二六 and 26 as a year; None outside 1900 to 2099."""
    digits = "".join(str(NUMERALS.index(char)) if char in NUMERALS[:10] else char for char in text)
    if not (digits.isascii() and digits.isdigit()):
        return None
    year = int(digits) + (2000 if len(digits) == 2 else 0)
    return year if 1900 <= year <= 2099 else None
