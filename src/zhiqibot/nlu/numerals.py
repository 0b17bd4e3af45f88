"""Numbers as people write them: 一万二, 三点五亿, 叁佰万, 十几, 一千二三百."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

Number = int | Decimal

LONGEST_NUMERAL: Final = 40  # characters; longer runs are serial numbers or noise

_FORMAL: Final = dict(
    zip("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億兩點圆圓塊", "一二二三三四五六六七八九十百千万亿两点元元块", strict=True)
)
_PLAIN: Final = str.maketrans(
    {**{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}, **_FORMAL, "〇": "零", "○": "零"}
    | dict.fromkeys("—–―－～〜~", "-")
    | {"¥": "￥", "w": "万", "W": "万"}
)
DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2}
SCALES: Final = (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10))
_ARABIC: Final = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_VAGUE: Final = re.compile(
    r"(?P<teens>十几)(?P<scale1>[万亿]?)"
    r"|(?P<tens>[一二两三四五六七八九])?十(?:多|来|余)(?P<scale2>[万亿]?)"
    r"|几(?P<few>[十百千万亿])(?P<scale3>[万亿]?)"
    r"|(?P<low>[一二两三四五六七八九])(?P<high>[二两三四五六七八九])(?P<unit>[十百千]?)(?P<scale4>[万亿]?)"
)

_TAIL_VAGUE: Final = re.compile(
    r"(?P<head>.*(?P<above>[万千百十]))(?P<low>[一二三四五六七八九])(?P<high>[二三四五六七八九])(?P<unit>[千百十]?)(?P<scale>[万亿]?)"
)


def plain(text: str) -> str:
    """Text of the same length with half-width characters and everyday numerals."""
    return text.translate(_PLAIN)


def parse_number(text: str) -> Number | None:
    """The value of a whole numeral, an int where it is integral; None for anything else.

    Reads 两, 廿, 半, 一万二, 2万5, 三点五亿, 1,200万, 叁佰万, 百分之二十, 12.5%, １２ and 三个半."""
    body = plain(text).replace(" ", "")
    if not body or len(body) > LONGEST_NUMERAL:
        return None
    if body.startswith("百分之"):
        return tidy(_read(body[3:]), Decimal("0.01"))
    if body.endswith("%"):
        return tidy(_read(body[:-1]), Decimal("0.01"))
    if body.endswith("个半"):
        whole = _read(body[:-2])
        return None if whole is None else tidy(whole + Decimal("0.5"))
    return tidy(_read(body))


def parse_vague(text: str) -> tuple[int, int] | None:
    """Lowest and highest value of a numeral that is only about right: 十几, 二十多, 几百万, 三五万, 一千二三百."""
    body = plain(text)
    match = _VAGUE.fullmatch(body)
    if match is None:
        return _vague_at_its_end(body)
    scale = {"万": 10**4, "亿": 10**8}.get(next(filter(None, match.group(*_SCALE_GROUPS)), ""), 1)
    if match["teens"]:
        return 11 * scale, 19 * scale
    if match["few"]:
        unit = dict(SCALES)[match["few"]]
        return 2 * unit * scale, 9 * unit * scale
    if match["low"]:
        low, high = DIGITS[match["low"]], DIGITS[match["high"]]
        unit = dict(SCALES).get(match["unit"], 1)
        # 三五 and 七八 are guesses; 二零 or 五三 would be digits read out one by one
        return (low * unit * scale, high * unit * scale) if 0 < high - low <= 2 and unit * scale > 1 else None
    tens = 10 * DIGITS.get(match["tens"] or "一", 1)
    return tens * scale, (tens + 9) * scale


def _vague_at_its_end(body: str) -> tuple[int, int] | None:
    """一千二三百 is 1,200 to 1,300, 一万二三 is 12,000 to 13,000."""
    match = _TAIL_VAGUE.fullmatch(body)
    head = parse_number(match["head"]) if match else None
    if match is None or not isinstance(head, int):
        return None
    units, low, high = dict(SCALES), DIGITS[match["low"]], DIGITS[match["high"]]
    unit = units.get(match["unit"], units[match["above"]] // 10)
    if high - low != 1 or unit >= units[match["above"]]:
        return None
    scale = units.get(match["scale"], 1)
    return (head + low * unit) * scale, (head + high * unit) * scale


_SCALE_GROUPS: Final = ("scale1", "scale2", "scale3", "scale4")


def tidy(value: Decimal | None, factor: Decimal = Decimal(1)) -> Number | None:
    """Return the product as an int where it is integral, else as the shortest decimal; None stays None."""
    if value is None:
        return None
    product = value * factor
    return int(product) if product == product.to_integral_value() else product.normalize()


def _read(text: str) -> Decimal | None:
    """Read from the largest unit down; what follows a unit counts in full or, as in 一万二, as its tenth."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    for unit, scale in SCALES:
        left, found, right = text.rpartition(unit)
        if not found:
            continue
        count = Decimal(1) if not left and scale <= 1000 else _read_part(left)
        rest = _read_rest(right, scale)
        if count is None or rest is None or count >= (scale if scale > 1000 else 10):
            return None
        return count * scale + rest
    return _read_leaf(text)


def _read_part(text: str) -> Decimal | None:
    """Beside a unit a run of digits such as 一二 is no number; by itself it is one read out digit by digit."""
    return None if len(text) > 1 and all(char in DIGITS for char in text) else _read(text)


def _read_rest(text: str, scale: int) -> Decimal | None:
    if not text:
        return Decimal(0)
    if text == "半":
        return Decimal(scale) / 2
    if len(text) == 1 and scale > 10:
        value = _read_leaf(text)
        return None if value is None else value * scale / 10
    rest = _read_part(text.lstrip("零"))
    return rest if rest is not None and rest < scale else None


def _read_leaf(text: str) -> Decimal | None:
    if text == "半":
        return Decimal("0.5")
    if _ARABIC.fullmatch(text):
        try:
            return Decimal(text.replace(",", ""))
        except InvalidOperation:  # digits of other scripts pass \d and not Decimal's context
            return None
    whole, point, fraction = text.partition("点")
    if (point and not fraction) or not whole:
        return None
    digits = [DIGITS.get(char) for char in whole + fraction]
    if None in digits:
        return None
    return Decimal("".join(map(str, digits))).scaleb(-len(fraction))
