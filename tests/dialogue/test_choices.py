"""Typing instead of tapping: which of the things just listed a text means."""

import pytest

from zhiqibot.dialogue.choices import is_place, typed_choice
from zhiqibot.dialogue.turn import Memory

LISTED = Memory(
    choices=[["ZQ-2", "do:ticket:ZQ-2"], ["ZQ-1", "do:ticket:ZQ-1"], ["转人工", "intent:human_agent"]],
    last=[{"text": "您的诉求：", "items": ["ZQ-2 门口的路坏了", "ZQ-1 三号车间停电"]}],
)
ONE_SHOWN = Memory(
    choices=[["催办", "do:urge:ZQ-1"], ["补充情况", "intent:add_to_ticket"], ["撤回", "do:withdraw:ZQ-1"]],
    last=[{"text": "【诉求 ZQ-1】", "items": ["11月23日 登记", "11月23日 交办"]}],
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", "do:ticket:ZQ-2"),
        ("第二个", "do:ticket:ZQ-1"),
        ("那就第2件吧", "do:ticket:ZQ-1"),
        ("最后一个", "do:ticket:ZQ-1"),
        ("路那个", "do:ticket:ZQ-2"),
        ("停电那件", "do:ticket:ZQ-1"),
        ("ZQ-1", "do:ticket:ZQ-1"),
        ("第三个", ""),
        ("第九十个", ""),
        ("车间停电了", ""),
    ],
)
def test_what_is_listed_is_chosen_in_words(text: str, value: str) -> None:
    """列出几件以后，说序号、说“路那个”都选得中；没有的序号不乱选。"""
    assert typed_choice(LISTED, text) == value


@pytest.mark.parametrize("text", ["1", "第一个", "最后一个"])
def test_buttons_that_do_different_things_are_not_numbered(text: str) -> None:
    """只显示了一件，下面是催办、撤回这些按钮：回“1”不会变成催办。"""
    assert typed_choice(ONE_SHOWN, text) == ""


def test_places_are_told_from_requests() -> None:
    """“第二个”只是序号，“第二个车间停电”不是。"""
    assert is_place("第二个。")
    assert is_place("最后一个")
    assert not is_place("第二个车间停电")
    assert not is_place("2")
