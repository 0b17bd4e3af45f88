"""Personal numbers are found however they are written; other figures are left alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.core.personal import Kind, digits_of, find_names, find_personal, without_telephones

FOUND = [
    ("138 12 34 56 78", Kind.MOBILE, "138 12 34 56 78"),
    ("周一13812345678三点打", Kind.MOBILE, "13812345678"),
    ("我电话一三八一二三四五六七八", Kind.MOBILE, "一三八一二三四五六七八"),
    ("138一二三四5678", Kind.MOBILE, "138一二三四5678"),
    ("幺三八 一二三四 五六七八", Kind.MOBILE, "幺三八 一二三四 五六七八"),
    ("+86 138 1234 5678", Kind.MOBILE, "+86 138 1234 5678"),
    ("１３８－１２３４－５６７８", Kind.MOBILE, "１３８－１２３４－５６７８"),
    ("(0371)66778899", Kind.LANDLINE, "(0371)66778899"),
    ("（０３７１）６６７７８８９９", Kind.LANDLINE, "（０３７１）６６７７８８９９"),
    ("0371 6677 8899", Kind.LANDLINE, "0371 6677 8899"),
    ("010-66778899", Kind.LANDLINE, "010-66778899"),
    ("电话66778899", Kind.LOCAL, "66778899"),
    ("座机：6677-8899没人接", Kind.LOCAL, "6677-8899"),
    ("微信号 xyz123", Kind.ACCOUNT, "xyz123"),
    ("加我vx:wang_li88", Kind.ACCOUNT, "wang_li88"),
    ("QQ 12345678", Kind.ACCOUNT, "12345678"),
    ("微信13812345678", Kind.MOBILE, "13812345678"),
    ("六七二二三三四四转人工", Kind.SPELT, "六七二二三三四四"),
    ("身份证411322 19880506 223X", Kind.IDENTITY, "411322 19880506 223X"),
    ("卡号6222 0217 1400 1234 567", Kind.CARD, "6222 0217 1400 1234 567"),
    ("车牌豫A12345被扣", Kind.PLATE, "豫A12345"),
    ("豫a·d12345", Kind.PLATE, "豫a·d12345"),
    ("发到wang.li@derun.com吧", Kind.MAIL, "wang.li@derun.com"),
    ("ｗａｎｇ＠ｄｅｒｕｎ．ｃｏｍ", Kind.MAIL, "ｗａｎｇ＠ｄｅｒｕｎ．ｃｏｍ"),
]

NOT_PERSONAL = [
    "ZQ261122-0007", "zq2611220007", "2611220007到哪了", "261122-0007", "编号0056 20261123", "2026-11-23 10:00",
    "奖励15000000000元", "欠款12345678元", "补1500-2000 300元", "宛政〔2026〕13号", "备案号2026-118", "豫宁备20261120015",
    "电话20261122打过", "打12345热线", "95598", "400-800-1234", "0371 0372 0373都没办", "微信50000元没到账",
    "三千五百六十七万八千", "二〇二六年", "一二三四五六", "新A股12345", "微信公众号上看的", "每亩13.5万元，共1380000平方米",
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "written"), FOUND)
def test_a_personal_number_is_found_however_it_is_written(text: str, kind: Kind, written: str) -> None:
    """分段、全角、念出来的、混着写的号码，微信 QQ、车牌、邮箱都认得，位置也准。"""
    (one,) = find_personal(text)

    assert (one.kind, text[slice(*one.span)]) == (kind, written)


@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_figures_tickets_dates_and_hotlines_are_no_personal_data(text: str) -> None:
    """政策金额、编号、日期、文号、热线不是个人信息。"""
    assert find_personal(text) == []


def test_two_numbers_side_by_side_are_two() -> None:
    """两个号码挨着写，各是各的。"""
    text = "13812345678 13912345678"

    assert [text[slice(*one.span)] for one in find_personal(text)] == text.split()


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.lists(st.booleans(), min_size=11, max_size=11))
def test_any_mix_of_scripts_is_the_same_number(phone: str, spoken: list[bool]) -> None:
    """手机号哪几位念成汉字都找得到，换回来还是它。"""
    said = "".join("零一二三四五六七八九"[int(d)] if as_word else d for d, as_word in zip(phone, spoken, strict=True))

    (one,) = find_personal(f"请打{said}，谢谢")

    assert digits_of(f"请打{said}，谢谢"[slice(*one.span)]) == phone


@given(st.text(max_size=120) | st.text("0123456789 -()一二三幺零@.aQq微信电话豫A", max_size=60))
def test_findings_stand_in_order_inside_the_text(text: str) -> None:
    """任何文字都不出错；找到的按先后排，互不重叠；遮住以后长度不变。"""
    spans = [one.span for one in find_personal(text)]

    assert spans == sorted(spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert len(without_telephones(text)) == len(text)


NAMES = [
    ("我叫王建国，地证的事", ["王建国"]), ("叫王二麻子", ["王二麻子"]), ("有个老板叫王二麻子，欠钱", ["王二麻子"]),
    ("联系人张三丰", ["张三丰"]), ("联系人张三丰说停电了", ["张三丰"]), ("联系人：李红梅电话打不通", ["李红梅"]), ("他叫李强", ["李强"]),
    ("叫马上来人", []), ("厂子叫停了", []), ("叫文化路", []), ("法人是谁", []), ("负责人不在", []), ("法人代表变更怎么办", []),
    ("联系人怎么改", []), ("叫安全员来", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_introduced_names_are_found_and_other_words_are_not(text: str, names: list[str]) -> None:
    """自报的、介绍的姓名找得到；“叫停、叫马上来人、负责人不在”不是姓名。"""
    assert [text[slice(*span)] for span in find_names(text)] == names
