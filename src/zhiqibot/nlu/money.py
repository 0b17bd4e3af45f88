"""Sums of money as people write them: 10万到20万, 不超过人民币叁佰万元, 三块五, 50万以上100万以下, 美元50万."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from zhiqibot.nlu.numerals import DIGITS, SCALES, Number, parse_number, parse_vague, plain, tidy

Currency = Literal["CNY", "USD", "EUR", "HKD", "JPY"]


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


_RUN = r"(?:\d{1,3}(?: \d{3})+(?!\d)|\d[\d,]*(?:\.\d+)?|[零一二两三四五六七八九十百千几半廿卅])(?:[\d零一二两三四五六七八九十百千万亿几多来余半点廿卅]| (?=[万亿])|个(?=[半多来]?[万亿]))*"
_ONE = r"[一二两三四五六七八九\d]"
_COIN = rf" ?(?:元|块(?!地|板|牌|砖|区|石|儿|{_ONE}+[号亩])|美元|美金|欧元|港元|港币|日元|人民币)"
_SIGN = r"人民币|RMB|￥|美元|美金|USD|US\$|\$|欧元|EUR|€|港币|港元|HKD|日元|JPY"
_ODD = rf"(?<=块){_ONE}(?![\d零一二两三四五六七八九十百千万亿点个台块家人名条年月日天间亩张座根只份%角毛](?<!一)|一(?![斤度吨方件个平米亩天股公立小]))"
_MONEY: Final = re.compile(
    r"(?:(?P<before>不超过|不高于|不多于|最多|至多|上限为?|低于|不足|少于|不到|未超过"
    r"|不少于|不低于|至少|起码|最少|超过|高于|大于|突破|大约|大概|将近|差不多|约|近|上|(?<![大中最])小(?=[一二两三四五六七八九十百几]+[千万亿]))\s?)?"
    rf"(?:(?P<sign>{_SIGN})\s?)?"
    rf"(?<![\dA-Za-z.〔第])(?P<first>{_RUN})(?P<coin1>{_COIN})?"
    rf"(?:(?:到|至|-|(?<=[\d一二三四五六七八九])、(?=[\d二三四五六七八九][万亿]))(?P<second>{_RUN})(?P<coin2>{_COIN})?)?"
    rf"(?P<change>{_ODD}|(?:{_ONE}[角毛]){_ONE}(?=$|[,，。;；钱一])|(?:{_ONE}[角毛])?(?:{_ONE}分)?)钱?整?"
    r"(?P<after>以内|之内|以下|封顶|内(?!部|容)|以上|起步|起(?=[,，、。;；\d最到至封不]|$)|往上|开外|左右|上下)?"
)
# a count of something else: 500万千瓦时, 10万吨, 3万人
_COUNTED: Final = re.compile(
    r"[个人户家吨度千平㎡米亩件台套辆次份名字斤公里只头条箱股粒瓶匹方立座站步天年月日号倍企kKmM℃%点时分例]"
)
_UPPER_WORDS = "不超过 不高于 不多于 最多 至多 上限 上限为 低于 不足 少于 不到 未超过 以内 之内 以下 封顶 内"
_LOWER_WORDS = "不少于 不低于 至少 起码 最少 超过 高于 大于 突破 以上 起步 起 往上 开外"
_ABOUT_WORDS = "大约 大概 将近 差不多 约 近 上 小 左右 上下"
_AT_MOST: Final = frozenset(_UPPER_WORDS.split())
_AT_LEAST: Final = frozenset(_LOWER_WORDS.split())
_ABOUT: Final = frozenset(_ABOUT_WORDS.split())
_CURRENCIES: Final[dict[str, Currency]] = {
    "美元": "USD", "美金": "USD", "USD": "USD", "US$": "USD", "$": "USD", "欧元": "EUR", "EUR": "EUR", "€": "EUR",
    "港元": "HKD", "港币": "HKD", "HKD": "HKD", "日元": "JPY", "JPY": "JPY",
}  # fmt: skip


def find_money(text: str) -> list[Money]:
    """Every sum named in the text, in order. Counts of people, tons or kilowatts are not sums."""
    if not _HINT.search(text):
        return []
    body = plain(text)
    return _ranges(text, [money for match in _MONEY.finditer(body) if (money := _read_money(text, body, match))])


def _ranges(text: str, sums: list[Money]) -> list[Money]:
    """Join a lower and an upper bound that stand side by side: 50万以上100万以下."""
    joined: list[Money] = []
    for money in sums:
        last = joined[-1] if joined else None
        if last and _bound_each_other(text, last, money):
            span = (last.span[0], money.span[1])
            about = last.approximate or money.approximate
            joined[-1] = Money(text[slice(*span)], span, last.low, money.high, about, money.currency)
        else:
            joined.append(money)
    return joined


def _bound_each_other(text: str, one: Money, other: Money) -> bool:
    if one.low is None or one.high is not None or other.high is None or other.low is not None:
        return False
    return one.low < other.high and bool(_SIDE_BY_SIDE.fullmatch(text, one.span[1], other.span[0]))


_SIDE_BY_SIDE: Final = re.compile("[、，, ]?[且并但到至]?")
_HINT: Final = re.compile(r"[万萬亿億元圆圓块塊￥¥币wW千仟$＄€]|RMB|USD|EUR|HKD|JPY")
_PAYING: Final = re.compile(
    r"(?:欠|赔|罚款?|补|奖|花|收|交|付|扣|工资|押金|费用?|房租|价)(?:[我俺他你们了的是到款]|大概|将近|差不多|每月|一个月)*$"
)
_LOOKS_BACK: Final = 8
"""Characters before a bare number in which something may be paid: 欠我一千二三百."""


def _read_money(text: str, body: str, match: re.Match[str]) -> Money | None:
    coin = (match["coin2"] or match["coin1"] or "").strip()
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
    return Money(
        text[start:end],
        (start, end),
        floor,
        ceiling,
        approximate,
        _CURRENCIES.get(coin) or _CURRENCIES.get(match["sign"], "CNY"),
    )


def _is_sum(body: str, match: re.Match[str], coin: str) -> bool:
    if coin or match["sign"]:
        return True
    last = match["second"] or match["first"]
    big = "万" in last or "亿" in last
    if not big and ("千" in last or "百" in last):
        big = bool(_PAYING.search(body[max(match.start() - _LOOKS_BACK, 0) : match.start()]))
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
    for unit, scale in SCALES[:2]:  # 20-50万: the unit stands once and counts for both
        if second.endswith(unit) and unit not in first and low < high:
            low = low * scale if low * scale <= high else low
    return low, high, False


def _with_change(value: Number, change: str) -> Number:
    """Add 五角, 二分, 五毛, 二毛五, or the 五 of 三块五."""
    cents = 0
    for place, digit in enumerate(change):
        if digit in "角毛分":
            continue
        unit = change[place + 1 : place + 2] or ("分" if place else "角")
        cents += int(DIGITS.get(digit, int(digit) if digit.isdecimal() else 0)) * (1 if unit == "分" else 10)
    return tidy(Decimal(value) + Decimal(cents) / 100) or 0
