"""Points few rules state: asked for by name, they are answered only where a sentence has them."""

import pytest

from tests.policy.conftest import Ask
from zhiqibot.topics.policies.points import asked_for, left_out


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("分管副县长叫啥", "姓名"),
        ("物流园建在哪", "地址"),
        ("轴承班招多少人", "人数"),
        ("人才补贴几月发", "月份"),
        ("早餐会几点开始", "时刻"),
        ("招聘会咋报名", "报名办法"),
        ("早餐会要交钱不", "收不收费"),
        ("低效用地咋认定", "认定办法"),
        ("企业上市奖多少", ""),
        ("哪个县长牵头", ""),
    ],
)
def test_what_is_asked_for_has_a_name(asked: str, label: str) -> None:
    """问的是哪一点。"""
    assert asked_for(asked) == label


def test_a_sentence_that_states_it_is_enough() -> None:
    """写了就不算没写。"""
    assert left_out("晚茶会几点开", ["每周二晚7时30分召开。"]) is None
    assert left_out("晚茶会几点开", ["每周二召开。"]) is not None


def test_the_card_is_named_and_the_point_too(ask: Ask) -> None:
    """卡片没写这一点：说出是哪张卡、哪一点没写，不拿别的内容充数。"""
    answer = ask("轴承班招多少人")

    assert not answer.answered
    assert "没有写明人数" in answer.text
    assert "轴承" in answer.text
