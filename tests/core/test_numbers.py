"""Numbers people quote: ticket numbers in any spelling, and the unified social credit code."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.core.numbers import (
    USCC_ALPHABET,
    find_ticket_numbers,
    find_uscc,
    is_uscc,
    ticket_number,
    uscc_check_digit,
)


def numbers(text: str) -> list[str]:
    return [mention.number for mention in find_ticket_numbers(text)]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("ZQ261122-0007到哪一步了", "ZQ261122-0007"),
        ("zq2611220007", "ZQ261122-0007"),
        ("zq 261122 - 7", "ZQ261122-0007"),
        ("ZQ261122_0007", "ZQ261122-0007"),
        ("ＺＱ２６１１２２－０００７办了没", "ZQ261122-0007"),
        ("ZQ261122—0007", "ZQ261122-0007"),
        ("尾号7那件", "0007"),
        ("编号是0012的", "0012"),
        ("0012那个怎么样了", "0012"),
        ("０００３号", "0003"),
        ("ZQM-1A2B3C4D有进展吗", "ZQM-1A2B3C4D"),
        ("zqm12345678", "ZQM-12345678"),
    ],
)
def test_a_number_is_read_however_it_is_written(said: str, number: str) -> None:
    """编号写法再随意（小写、全角、缺横线、只说尾号、保密编号）也读得出。"""
    assert numbers(said) == [number]


@pytest.mark.parametrize("said", ["13812345678", "2026年11月22日", "三相电380伏", "下午14:0530号", "", "ZQ", "ZQ2611"])
def test_other_figures_are_no_ticket_numbers(said: str) -> None:
    """电话、日期、电压不是编号。"""
    assert numbers(said) == []


@pytest.mark.parametrize(
    "said",
    [
        "138 0012 0034号",
        "尾号是138-0012-3456",
        "工业路0012号停水",
        "幸福街 0012号",
        "人民大道门牌0012号",
        "0012号院没水",
        "0123号楼漏水",
        "编号1234的水表坏了",
        "编号1234的那份合同",
        "合同编号1234到期了",
        "设备编号0056坏了",
        "快递单号1234",
        "手机尾号5678",
        "银行卡尾号0012那个",
        "(0371)66778899号",
    ],
)
def test_the_numbers_of_houses_things_and_telephones_are_no_ticket_numbers(said: str) -> None:
    """门牌、楼号、水表、合同、快递、手机和卡的号码不是诉求编号。"""
    assert numbers(said) == []


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("工单1234的合同纠纷", "1234"),
        ("编号1234的合同问题", "1234"),
        ("编号1234的单子", "1234"),
        ("0012号地证办得咋样", "0012"),
        ("修路0012号办了没", "0012"),
        ("0007号，电话138 1234 5678", "0007"),
    ],
)
def test_a_ticket_about_a_thing_keeps_its_number(said: str, number: str) -> None:
    """诉求说的是合同、修路、地证，编号仍是诉求的编号。"""
    assert numbers(said) == [number]


@given(
    st.from_regex(r"1[3-9]\d \d{4} \d{4}|1[3-9]\d-\d{4}-\d{4}|\(0371\)[2-8]\d{7}", fullmatch=True).filter(str.isascii)
)
def test_no_telephone_holds_a_ticket_number(phone: str) -> None:
    """手机座机怎么分段写，都读不出诉求编号。"""
    assert numbers(f"催一下尾号{phone}那件") == []
    assert numbers(f"打{phone}号") == []


def test_two_numbers_keep_their_order_and_a_tail_inside_a_full_one_is_not_counted_again() -> None:
    """一句话两个编号按先后给出，完整编号里的尾号不重复算。"""
    assert numbers("编号ZQ261122-0008和ZQ261122-0007") == ["ZQ261122-0008", "ZQ261122-0007"]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 999_999))
def test_every_number_given_out_is_found_again(day: date, running: int) -> None:
    """发出去的任何编号，写进句子里都能原样找回。"""
    number = ticket_number(day, running)
    found = find_ticket_numbers(f"请查{number}，谢谢")

    assert [one.number for one in found] == [number]
    assert found[0].is_full


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    """任何文字都能查找编号和信用代码，不出错，位置也在原文之内。"""
    find_uscc(text)

    assert all(0 <= m.span[0] < m.span[1] <= len(text) for m in find_ticket_numbers(text))


def test_a_credit_code_is_checked_by_its_last_character() -> None:
    """统一社会信用代码按校验位判断真假。"""
    assert is_uscc("91411322DEM000014A")
    assert not is_uscc("91411322DEM000014B")


@given(st.text(USCC_ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_never_passes(body: str, place: int, other: str) -> None:
    """信用代码错一位一定查得出来。"""
    code = body + uscc_check_digit(body)
    wrong = code[:place] + other + code[place + 1 :]

    assert is_uscc(code)
    assert is_uscc(wrong) == (wrong == code)


@pytest.mark.parametrize("code", ["", "91411322DEM000014", "91411322DEM000014a", "9141132ODEM000014A", "九" * 18])
def test_what_is_not_a_code_is_not_taken_for_one(code: str) -> None:
    """长度不对、有小写或不用的字母，都不是信用代码。"""
    assert not is_uscc(code)


def test_a_code_is_found_in_a_sentence_in_either_case() -> None:
    """句子里的信用代码找得到，不管大小写；18 位纯数字（多半是身份证号）不算。"""
    assert find_uscc("我们的代码是91411322dem000014a，请核对") == "91411322DEM000014A"
    assert find_uscc("身份证410101199001011234") is None
