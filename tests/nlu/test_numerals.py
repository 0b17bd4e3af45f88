"""Numerals and sums of money as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.nlu.money import find_money
from zhiqibot.nlu.numerals import parse_number, parse_vague

NUMBERS = {
    "0": 0, "１２": 12, "1,200": 1200, "12.5": Decimal("12.5"), "12.5%": Decimal("0.125"), "百分之二十": Decimal("0.2"),
    "零": 0, "两": 2, "十": 10, "十二": 12, "二十": 20, "廿三": 23, "卅": 30, "一百零五": 105, "三百五": 350, "三百五十": 350,
    "两千零二十": 2020, "两千五": 2500, "二零二六": 2026, "一万二": 12000, "一万零二百": 10200, "2万5": 25000, "10万8千": 108000,
    "五十万": 500000, "三点五亿": 350000000, "1.5亿": 150000000, "1,200万": 12000000, "一万亿": 10**12, "叁佰万": 3000000,
    "貳拾伍萬": 250000, "3w": 30000, "半": Decimal("0.5"), "三个半": Decimal("3.5"), "三万半": 35000,
}  # fmt: skip

NO_NUMBERS = ["", "abc", "万", "点", "三点", "点五", "几", "十几", "一二万三四", "三百四百", "1.2.3", "九" * 41]

VAGUE = {
    "十几": (11, 19), "二十多": (20, 29), "十来": (10, 19), "几百万": (2000000, 9000000), "三五万": (30000, 50000),
    "七八十万": (700000, 800000), "一两百": (100, 200), "八十多万": (800000, 890000), "一千二三百": (1200, 1300), "一万二三": (12000, 13000), "一百三四十万": (1300000, 1400000),
    "三百五六": (350, 360), "二十七八": (27, 28),
}  # fmt: skip

# sentence: text, low, high, approximate
SUMS: dict[str, tuple[str, int | Decimal | None, int | Decimal | None, bool]] = {
    "贷款10万到20万": ("10万到20万", 100000, 200000, False),
    "想贷20-50万元周转": ("20-50万元", 200000, 500000, False),
    "三到五亿的盘子": ("三到五亿", 300000000, 500000000, False),
    "五十万以内": ("五十万以内", None, 500000, False),
    "不超过人民币叁佰万元": ("不超过人民币叁佰万元", None, 3000000, False),
    "最多80万": ("最多80万", None, 800000, False),
    "2亿元以上的项目": ("2亿元以上", 200000000, None, False),
    "至少五百万": ("至少五百万", 5000000, None, False),
    "人民币三十万元整": ("人民币三十万元整", 300000, 300000, False),
    "罚了三百五十块": ("三百五十块", 350, 350, False),
    "电费12.5元": ("12.5元", Decimal("12.5"), Decimal("12.5"), False),
    "十二元五角": ("十二元五角", Decimal("12.5"), Decimal("12.5"), False),
    "¥3,000.00": ("¥3,000.00", 3000, 3000, False),
    "欠我一万二": ("一万二", 12000, 12000, False),
    "缺口30w左右": ("30w左右", 300000, 300000, True),
    "大概五十万": ("大概五十万", 500000, 500000, True),
    "也就十几万": ("十几万", 110000, 190000, True),
    "拖欠我八十多万货款": ("八十多万", 800000, 890000, True),
    "一斤三块五": ("三块五", Decimal("3.5"), Decimal("3.5"), False),
    "三块五一斤": ("三块五", Decimal("3.5"), Decimal("3.5"), False),
    "两块六毛": ("两块六毛", Decimal("2.6"), Decimal("2.6"), False),
    "五块二毛五": ("五块二毛五", Decimal("5.25"), Decimal("5.25"), False),
    "电费1块2一度": ("1块2", Decimal("1.2"), Decimal("1.2"), False),
    "贷款 500 万 元": ("500 万 元", 5000000, 5000000, False),
    "注册资本1 000万元": ("1 000万元", 10000000, 10000000, False),
    "50万以上100万以下的": ("50万以上100万以下", 500000, 1000000, False),
    "50万元以上、100万元以下": ("50万元以上、100万元以下", 500000, 1000000, False),
    "不低于50万不超过100万": ("不低于50万不超过100万", 500000, 1000000, False),
    "50w~100w": ("50w~100w", 500000, 1000000, False),
    "50万起": ("50万起", 500000, None, False),
    "欠了两百来万": ("两百来万", 2000000, 2000000, True),
    "欠我小两万": ("小两万", 20000, 20000, True),
    "欠我一千二三百": ("一千二三百", 1200, 1300, True),
    "押金一千二三百块": ("一千二三百块", 1200, 1300, True),
    "差一万二三": ("一万二三", 12000, 13000, True),
    "補助３５萬元": ("３５萬元", 350000, 350000, False),
}

NO_SUMS = [
    "用电500万千瓦时", "招工3万人", "万人助万企", "一块地", "3号楼502", "电话13812345678", "工单ZQ261122-0007", "增长12.5%",
    "用了1.2万度电", "产量10万吨", "厂房2万平方", "", "百分之三十", "35人", "三块五亩的地", "三块五号地", "收了三百个鸡蛋", "两千人", "一千二三百人", "小微企业",
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_numerals_are_read_in_every_way_of_writing(text: str, value: int | Decimal) -> None:
    """小写、大写、全角、混写、省略末位单位的数字都读得对。"""
    assert parse_number(text) == value


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_numeral_has_no_value(text: str) -> None:
    """不是数字的，或者只是约数的，不硬给一个值。"""
    assert parse_number(text) is None


@pytest.mark.parametrize(("text", "bounds"), VAGUE.items())
def test_rough_numerals_have_bounds(text: str, bounds: tuple[int, int]) -> None:
    """十几、二十多、三五万这样的约数给出上下限。"""
    assert parse_vague(text) == bounds


@pytest.mark.parametrize(("sentence", "want"), SUMS.items())
def test_sums_are_found_with_their_bounds(
    sentence: str, want: tuple[str, int | Decimal | None, int | Decimal | None, bool]
) -> None:
    """金额连同“以内”“不超过”“到”一起识别，上下限正确。"""
    (money,) = find_money(sentence)

    assert (money.text, money.low, money.high, money.approximate) == want
    assert sentence[slice(*money.span)] == money.text


@pytest.mark.parametrize("sentence", NO_SUMS)
def test_counts_of_other_things_are_no_sums(sentence: str) -> None:
    """人数、电量、面积、编号、百分比不是金额。"""
    assert find_money(sentence) == []


def test_foreign_currencies_are_told_apart() -> None:
    """美元、欧元的金额带着币种。"""
    assert [money.currency for money in find_money("注册资本1000万美元，另有50万欧元和30万元")] == ["USD", "EUR", "CNY"]
    assert [
        (money.text, money.low, money.currency) for money in find_money("美元50万、港币20万元、USD 3万、人民币5万")
    ] == [
        ("美元50万", 500000, "USD"),
        ("港币20万元", 200000, "HKD"),
        ("USD 3万", 30000, "USD"),
        ("人民币5万", 50000, "CNY"),
    ]


def test_bounds_apart_or_contrary_are_two_sums() -> None:
    """“以上”“以下”中间隔着别的话，或者上限低于下限，各算各的。"""
    assert [(money.low, money.high) for money in find_money("奖50万以上，罚100万以下")] == [
        (500000, None),
        (None, 1000000),
    ]
    assert [(money.low, money.high) for money in find_money("2亿以上，50万以下")] == [(200000000, None), (None, 500000)]


@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["", "、", "，", "且"]))
def test_a_lower_and_an_upper_bound_side_by_side_are_one_range(low: int, more: int, joint: str) -> None:
    """“多少以上多少以下”是一个区间，上下限都在。"""
    (money,) = find_money(f"投资{low}万以上{joint}{low + more}万以下的")

    assert (money.low, money.high) == (low * 10**4, (low + more) * 10**4)


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_digit_after_kuai_is_tenths(whole: int, tenth: int) -> None:
    """几块几，说的是几块几毛。"""
    digits = "零一两三四五六七八九"
    (money,) = find_money(f"每斤{digits[whole]}块{digits[tenth].replace('两', '二')}")

    assert money.low == money.high == whole + Decimal(tenth) / 10


@given(
    st.one_of(
        st.text(max_size=30), st.text("零一二两三十百千万亿点半几多0123456789.,%元块到-约以内廿叁佰", max_size=14)
    )
)
def test_any_text_is_read_without_error(text: str) -> None:
    """任何文字都不报错，识别出的片段与原文一致，下限不高于上限。"""
    parse_number(text)
    parse_vague(text)

    for money in find_money(text):
        assert text[slice(*money.span)] == money.text
        assert money.low is not None or money.high is not None


@given(st.integers(0, 99_999_999))
def test_figures_and_their_words_have_one_value(number: int) -> None:
    """同一个数，写成汉字再读回来还是它。"""
    assert parse_number(spoken(number)) == number
    assert parse_number(f"{number:,}") == number


def spoken(number: int) -> str:
    if number >= 10_000:
        rest = number % 10_000
        gap = "零" if 0 < rest < 1000 else ""
        return spoken(number // 10_000) + "万" + (gap + spoken(rest) if rest else "")
    words = ""
    for scale, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            words += "零一二三四五六七八九"[digit] + unit
        elif words and not words.endswith("零") and number % scale:
            words += "零"
    return words or "零"
