"""Masks hide what they should and spoil nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.core.privacy import clean, mask, mask_name, mask_phone


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("联系13812345678张工", "联系138****5678张工"),
        ("138 1234 5678", "138****5678"),
        ("138-1234-5678", "138****5678"),
        ("+8613812345678", "+86138****5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("身份证410101199001011234", "身份证410101********1234"),
        ("41010119900101123X", "41010119900101123X".replace("19900101", "********")),
        ("卡号6222021234567890123", "卡号6222********0123"),
        ("0377-55501010", "0377-****1010"),
        ("(0371)66778899", "0371-****8899"),
        ("电话66778899没人接", "电话****没人接"),
        ("一三八一二三四五六七八", "一三八****五六七八"),
        ("138一二三四5678", "138****5678"),
        ("138 12 34 56 78", "138****5678"),
        ("微信号 xyz123", "微信号 ****"),
        ("QQ 12345678", "QQ ****"),
        ("豫A12345被扣", "豫A****5被扣"),
        ("发到wang.li@derun.com吧", "发到****@****吧"),
    ],
)
def test_personal_numbers_are_hidden(text: str, masked: str) -> None:
    """手机号（含区号、全角、分隔）、身份证号、银行卡号、座机都要打码。"""
    assert mask(text) == masked


@pytest.mark.parametrize("text", ["ZQ261122-0007", "2026年11月23日", "380伏三相电", "欠款12345678元", "20261122"])
def test_other_numbers_stay_readable(text: str) -> None:
    """编号、日期、金额不打码。"""
    assert mask(text) == text


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(st.characters(categories=["Lo"]), max_size=5))
def test_no_mobile_number_survives_a_mask(phone: str, around: str) -> None:
    """任何手机号夹在中文里都不会原样留下。"""
    assert phone not in mask(f"{around}{phone}{around}")
    assert phone not in mask_phone(phone)


def test_names_and_short_phones_are_hidden() -> None:
    """姓名只留姓，太短的号码整个隐藏。"""
    assert [mask_name(name) for name in ("王强", "欧阳娜", "王", "")] == ["王*", "欧**", "王*", ""]
    assert mask_phone("12345") == "****"


def test_clean_drops_what_no_message_needs() -> None:
    """控制字符、方向控制符、孤立代理字符去掉，换行保留。"""
    assert clean(" a\x00b\u202ec\ud800d\n停电\x7f ") == "abcd\n停电"


@given(st.text(max_size=100) | st.text("0123456789 -()一二三幺零@.aQq微信电话豫A*", max_size=60))
def test_masking_is_done_once(text: str) -> None:
    """遮过的文字再遮一遍不变，也不会越遮越长。"""
    assert mask(mask(text)) == mask(text)


@given(st.text(st.characters(), max_size=100))
def test_a_cleaned_text_can_be_stored_and_cleaning_is_done_once(text: str) -> None:
    """清理后的文字都能存储；再清理一遍不变。"""
    cleaned = clean(text)

    assert cleaned.encode().decode() == cleaned
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(exclude_categories=[]), max_size=100))
def test_clean_takes_any_text(text: str) -> None:
    """什么字符都收得下，包括孤立代理字符。"""
    assert "\x00" not in clean(text)
    clean(text).encode()
