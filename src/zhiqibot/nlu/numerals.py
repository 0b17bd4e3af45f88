"""Numbers and sums of money as people write them: 一万二, 三点五亿, 叁佰万元, 10万到20万, 十几."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

Number = int | Decimal
Currency = Literal["CNY", "USD", "EUR", "HKD", "JPY"]

LONGEST_NUMERAL: Final = 40  # characters; longer runs are serial numbers or noise

_FORMAL: Final = dict(
    zip("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億兩點圆圓塊", "一二二三三四五六六七八九十百千万亿两点元元块", strict=True)
)
_PLAIN: Final = str.maketrans(
    {**{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}, **_FORMAL, "〇": "零", "○": "零"}
    | dict.fromkeys("—–―－～〜", "-")
    | {"¥": "￥", "w": "万", "W": "万"}
)
_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2}
_SCALES: Final = (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10))
_ARABIC: Final = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_VAGUE: Final = re.compile(
    r"(?P<teens>十几)(?P<scale1>[万亿]?)"
    r"|(?P<tens>[一二两三四五六七八九])?十(?:多|来|余)(?P<scale2>[万亿]?)"
    r"|几(?P<few>[十百千万亿])(?P<scale3>[万亿]?)"
    r"|(?P<low>[一二两三四五六七八九])(?P<high>[二两三四五六七八九])(?P<unit>[十百千]?)(?P<scale4>[万亿]?)"
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
        return _tidy(_read(body[3:]), Decimal("0.01"))
    if body.endswith("%"):
        return _tidy(_read(body[:-1]), Decimal("0.01"))
    if body.endswith("个半"):
        whole = _read(body[:-2])
        return None if whole is None else _tidy(whole + Decimal("0.5"))
    return _tidy(_read(body))


def parse_vague(text: str) -> tuple[int, int] | None:
    """Lowest and highest value of a numeral that is only about right: 十几, 二十多, 几百万, 三五万."""
    match = _VAGUE.fullmatch(plain(text))
    if match is None:
        return None
    scale = {"万": 10**4, "亿": 10**8}.get(next(filter(None, match.group(*_SCALE_GROUPS)), ""), 1)
    if match["teens"]:
        return 11 * scale, 19 * scale
    if match["few"]:
        unit = dict(_SCALES)[match["few"]]
        return 2 * unit * scale, 9 * unit * scale
    if match["low"]:
        low, high = _DIGITS[match["low"]], _DIGITS[match["high"]]
        unit = dict(_SCALES).get(match["unit"], 1)
        # 三五 and 七八 are guesses; 二零 or 五三 would be digits read out one by one
        return (low * unit * scale, high * unit * scale) if 0 < high - low <= 2 and unit * scale > 1 else None
    tens = 10 * _DIGITS.get(match["tens"] or "一", 1)
    return tens * scale, (tens + 9) * scale


_SCALE_GROUPS: Final = ("scale1", "scale2", "scale3", "scale4")


def _tidy(value: Decimal | None, factor: Decimal = Decimal(1)) -> Number | None:
    if value is None:
        return None
    product = value * factor
    return int(product) if product == product.to_integral_value() else product.normalize()


def _read(text: str) -> Decimal | None:
    """Read from the largest unit down; what follows a unit counts in full or, as in 一万二, as its tenth."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    for unit, scale in _SCALES:
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
    return None if len(text) > 1 and all(char in _DIGITS for char in text) else _read(text)


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
    digits = [_DIGITS.get(char) for char in whole + fraction]
    if None in digits:
        return None
    return Decimal("".join(map(str, digits))).scaleb(-len(fraction))


@dataclass(frozen=True)
class Money:
    """A sum in a sentence; `low` and `high` in units of the currency, None where that side is open.

    A plain sum has both the same. `span` is (from, to) in the text as written."""

    text: str
    span: tuple[int, int]
    low: Number | None
    high: Number | None
    approximate: bool = False
    currency: Currency = "CNY"


_RUN = r"(?:\d[\d,]*(?:\.\d+)?|[零一二两三四五六七八九十百千几半廿卅])(?:[\d零一二两三四五六七八九十百千万亿几多来余半点廿卅]|个(?=[半多来]?[万亿]))*"
_COIN = r"(?:元|块(?!地|板|牌|砖|区|石|儿)|美元|美金|欧元|港元|港币|日元|人民币)"
_MONEY: Final = re.compile(
    r"(?P<before>不超过|不高于|不多于|最多|至多|上限为?|低于|不足|少于|不到|未超过"
    r"|不少于|不低于|至少|起码|最少|超过|高于|大于|突破|大约|大概|将近|差不多|约|近|上)?"
    r"(?P<sign>人民币|RMB|￥)?\s?"
    rf"(?<![\dA-Za-z.〔第])(?P<first>{_RUN})(?P<coin1>{_COIN})?"
    rf"(?:(?:到|至|-|(?<=[\d一二三四五六七八九])、(?=[\d二三四五六七八九][万亿]))(?P<second>{_RUN})(?P<coin2>{_COIN})?)?"
    r"(?P<change>(?:[一二两三四五六七八九\d]角)?(?:[一二两三四五六七八九\d]分)?)钱?整?"
    r"(?P<after>以内|之内|以下|封顶|内(?!部|容)|以上|起步|往上|开外|左右|上下)?"
)
# a count of something else: 500万千瓦时, 10万吨, 3万人
_COUNTED: Final = re.compile(
    r"[个人户家吨度千平㎡米亩件台套辆次份名字斤公里只头条箱股粒瓶匹方立座站步天年月日号倍企kKmM℃%点时分例]"
)
_UPPER_WORDS = "不超过 不高于 不多于 最多 至多 上限 上限为 低于 不足 少于 不到 未超过 以内 之内 以下 封顶 内"
_LOWER_WORDS = "不少于 不低于 至少 起码 最少 超过 高于 大于 突破 以上 起步 往上 开外"
_ABOUT_WORDS = "大约 大概 将近 差不多 约 近 上 左右 上下"
_AT_MOST: Final = frozenset(_UPPER_WORDS.split())
_AT_LEAST: Final = frozenset(_LOWER_WORDS.split())
_ABOUT: Final = frozenset(_ABOUT_WORDS.split())
_CURRENCIES: Final[dict[str, Currency]] = {
    "美元": "USD", "美金": "USD", "欧元": "EUR", "港元": "HKD", "港币": "HKD", "日元": "JPY",
}  # fmt: skip


def find_money(text: str) -> list[Money]:
    """Every sum named in the text, in order. Counts of people, tons or kilowatts are not sums."""
    if not _HINT.search(text):
        return []
    body = plain(text)
    return [money for match in _MONEY.finditer(body) if (money := _read_money(text, body, match))]


_HINT: Final = re.compile(r"[万萬亿億元圆圓块塊￥¥币wW千仟]|RMB")


def _read_money(text: str, body: str, match: re.Match[str]) -> Money | None:
    coin = match["coin2"] or match["coin1"] or ""
    if not _is_sum(body, match, coin):
        return None
    low, high, vague = _bounds(match["first"], match["second"])
    if low is None or high is None:
        return None
    if match["change"] and not match["second"]:
        low = high = _with_change(low, match["change"])
    words = {match["before"], match["after"]}
    floor: Number | None = low
    ceiling: Number | None = high
    if words & _AT_MOST:
        floor = None
    elif words & _AT_LEAST:
        ceiling = None
    approximate = vague or bool(words & _ABOUT)
    start, end = match.span()
    return Money(text[start:end], (start, end), floor, ceiling, approximate, _CURRENCIES.get(coin, "CNY"))


def _is_sum(body: str, match: re.Match[str], coin: str) -> bool:
    if coin or match["sign"]:
        return True
    last = match["second"] or match["first"]
    big = "万" in last or "亿" in last
    return big and not _COUNTED.match(body, match.end())


_ROUGHLY: Final = re.compile("[多来余]|(?<=.)几")


def _bounds(first: str, second: str | None) -> tuple[Number | None, Number | None, bool]:
    first = first.replace("半个", "半").replace("个", "")  # 半个亿, 3.5个亿
    if second is None:
        guess = parse_vague(first)
        if guess:
            return guess[0], guess[1], True
        exact = parse_number(_ROUGHLY.sub("", first))
        return exact, exact, _ROUGHLY.search(first) is not None
    low, high = parse_number(_ROUGHLY.sub("", first)), parse_number(_ROUGHLY.sub("", second))
    if low is None or high is None:
        return None, None, False
    for unit, scale in _SCALES[:2]:  # 20-50万: the unit stands once and counts for both
        if second.endswith(unit) and unit not in first and low < high:
            low = low * scale if low * scale <= high else low
    return low, high, False


def _with_change(value: Number, change: str) -> Number:
    cents = 0
    for digit, unit in zip(change[::2], change[1::2], strict=True):
        cents += int(_DIGITS.get(digit, int(digit) if digit.isdecimal() else 0)) * (10 if unit == "角" else 1)
    return _tidy(Decimal(value) + Decimal(cents) / 100) or 0
