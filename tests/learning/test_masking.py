"""What is kept of a message holds nobody's numbers."""

import pytest

from zhiqibot.learning.masking import LONGEST, masked


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("地证还没下来，回我电话13812345678", "13812345678"),
        ("联系 138-1234-5678 就行", "1234-5678"),
        ("座机0377-67223344没人接", "67223344"),
        ("身份证41132219850312451X能不能办", "19850312451X"),
        ("信用代码91411322MA44QXYZ8T登记错了", "22MA44QXYZ"),
        ("发到 wang.li@derun.example.cn 吧", "wang.li"),
        ("卡号6222021714001234567钱没到", "021714001234"),
        ("电话幺三八幺二三四五六七八", "三八幺二三四五"),
        ("我叫王建国，地证的事", "王建国"),
        ("联系人：李红梅电话打不通", "李红梅"),
        ("联系人张三丰", "张三丰"),
        ("有个老板叫王二麻子，欠工钱", "王二麻子"),
        ("138一二三四5678打不通", "一二三四"),
        ("(0371)66778899没人接", "66778899"),
        ("电话66778899", "66778899"),
        ("加微信号 xyz123 说", "xyz123"),
        ("QQ 12345678", "12345678"),
        ("豫A12345的车被扣了", "A12345"),
    ],
)
def test_numbers_and_introduced_names_are_hidden(said: str, hidden: str) -> None:
    """电话、证件号、信用代码、邮箱、卡号、自报的姓名都不原样留存。"""
    assert hidden in said
    assert hidden not in masked(said)


def test_what_the_sentence_means_stays() -> None:
    """隐去号码以后，说的是什么事还看得出来；金额、日期、编号不动。"""
    text = "招了3个硕士，2026年11月补了54000元，ZQ261123-0001到哪了"
    assert masked(text) == text


def test_known_names_are_hidden_and_length_is_capped() -> None:
    """通讯录里说话人的姓名隐去；太长的只留前面一段。"""
    assert masked("赵德润说地证没下来", ["赵德润"]) == "赵**说地证没下来"
    assert len(masked("停电了" * 500)) == LONGEST
