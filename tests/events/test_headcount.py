"""How many come, as people change it: more, fewer, others instead; and what only sounds so."""

from datetime import datetime

import pytest

from zhiqibot.core.clock import SHANGHAI
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.topics.events.days import only_days
from zhiqibot.topics.events.headcount import change_of, odd_count

HAD = 4


@pytest.mark.parametrize(
    ("said", "come"),
    [
        ("再添两位", 6),
        ("多带一个司机", 5),
        ("把赵工也加上，再加个出纳", 6),
        ("算上老周", 5),
        ("我们会计也参加", 5),
        ("替我徒弟也报上一个", 5),
        ("孙总临时出差去不了", 3),
        ("老周老马都来不了了", 2),
        ("去掉财务", 3),
        ("少来俩", 2),
        ("其中一个不去了", 3),
        ("晚茶会改成两个", 2),
        ("孙总的事", None),
        ("人数改为3", 3),
        ("一共五个人", 5),
        ("8号的再加一个", 5),
        ("只去我一个", 1),
    ],
)
def test_a_sentence_changes_how_many_come(said: str, come: int | None) -> None:
    """加人、减人、点名加减、改成几个，都算得出新的人数；听不准的不动。"""
    change = change_of(said, open_form=False)

    assert (change.of(HAD) if change else None) == come


@pytest.mark.parametrize("said", ["换赵磊去", "孙总不去了，老周去", "我去不成，让副厂长替我参加", "小孙换成小吴"])
def test_others_instead_change_no_number(said: str) -> None:
    """换人不换数。"""
    change = change_of(said, open_form=False)

    assert change is not None
    assert change.swapped


@pytest.mark.parametrize(
    "said",
    [
        "周三去不了",
        "马上不来了",
        "我不去了",
        "改成18号",
        "换成大讲堂",
        "再加一场",
        "加一个议题",
        "晚半天",
        "提前一天",
        "两点",
    ],
)
def test_days_kinds_and_oneself_are_no_change_of_number(said: str) -> None:
    """日子、活动、议题、钟点，不是人数。"""
    assert change_of(said, open_form=True) is None


def test_bare_numbers_count_while_the_form_is_open() -> None:
    """单子开着，“四个人”就是人数；没开单子，不动已经报的。"""
    assert change_of("四个人", open_form=False) is None
    change = change_of("四个人", open_form=True)
    assert change is not None
    assert change.of(1) == 4


@pytest.mark.parametrize(
    ("said", "odd"),
    [
        ("-3个", True),
        ("负一位", True),
        ("半个人", True),
        ("五百万个", True),
        ("2.5个", True),
        ("12.5", False),
        ("五个", False),
    ],
)
def test_numbers_that_no_people_come_in_are_known(said: str, odd: bool) -> None:
    """负数、半个、上百万，都不是人数；“12.5”是日子。"""
    assert odd_count(said) is odd


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("12.8", "2026-12-08"),
        ("那就12/15吧", "2026-12-15"),
        ("12-1号的", "2026-12-01"),
        ("2026.12.22", "2026-12-22"),
        ("十二月八", "2026-12-08"),
        ("腊月初八", "2027-01-15"),
        ("下礼拜的呢", "2026-11-30/2026-12-06"),
        ("大后天", "2026-11-26"),
        ("12.40", ""),
        ("第二场", ""),
        ("三个人", ""),
        ("明天停电咋办", ""),
    ],
)
def test_a_day_is_read_in_any_style_when_it_is_all_that_is_said(said: str, day: str) -> None:
    """只说了日子，什么写法都认；话里还有别的事，就不当日子。"""
    now = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)

    assert only_days(said, now, WorkdayCalendar()) == day
