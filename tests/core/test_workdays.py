"""Working days with make-up days, counted, explained, and honest about years nobody has announced."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.core.workdays import WorkdayCalendar, load_calendar

CALENDAR = WorkdayCalendar()
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 10, 1), False),
        (date(2025, 9, 28), True),
        (date(2025, 10, 11), True),
        (date(2025, 10, 9), True),
        (date(2025, 10, 12), False),
        (date(2026, 11, 23), True),
    ],
)
def test_the_published_arrangement_decides(day: date, worked: bool) -> None:
    """国庆放假、周末调休上班，按公布的安排算。"""
    assert CALENDAR.is_workday(day) is worked


def test_a_deadline_over_the_national_day_takes_the_make_up_day_in() -> None:
    """跨国庆的 3 个工作日：从 9 月 30 日起，10 月 9、10、11 日（调休）到期。"""
    assert CALENDAR.add(date(2025, 9, 30), 3) == date(2025, 10, 11)


def test_every_day_of_a_deadline_is_explained() -> None:
    """期限可以逐日解释：哪天算、哪天不算、为什么。"""
    explained = dict(CALENDAR.explain(date(2025, 9, 30), date(2025, 10, 11)))

    assert explained[date(2025, 10, 1)] == "法定节假日，不计"
    assert explained[date(2025, 10, 5)] == "周末，不计"
    assert explained[date(2025, 10, 11)] == "调休上班，计入"
    assert len(explained) == 11


def test_a_year_nobody_has_announced_counts_weekends_and_says_so() -> None:
    """没有公布安排的年份只按周末推算，并且自己知道不知道。"""
    assert not CALENDAR.known(2035)
    assert CALENDAR.is_workday(date(2035, 10, 1))
    assert not CALENDAR.is_workday(date(2035, 10, 6))


def test_the_operators_file_wins_over_the_packaged_data(tmp_path: Path) -> None:
    """运维方自己的放假文件优先于自带数据。"""
    (tmp_path / "2035.yaml").write_text("holidays: [2035-10-01]\nworkdays: ['2035-10-06']\n", encoding="utf-8")
    (tmp_path / "notes.yaml").write_text("holidays: [2036-01-01]\n", encoding="utf-8")
    own = load_calendar(tmp_path)

    assert own.known(2035)
    assert (own.is_workday(date(2035, 10, 1)), own.is_workday(date(2035, 10, 6))) == (False, True)
    assert list(own.own) == [2035]


def test_without_a_folder_the_packaged_data_serves(tmp_path: Path) -> None:
    """没有放假目录也能用自带数据。"""
    assert load_calendar(tmp_path / "none").is_workday(date(2025, 10, 11))


@given(DAYS, st.integers(1, 40))
def test_adding_and_counting_agree(start: date, days: int) -> None:
    """加 n 个工作日再数回来正好 n 个，而且到期日一定上班。"""
    due = CALENDAR.add(start, days)

    assert CALENDAR.between(start, due) == days
    assert CALENDAR.is_workday(due)


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_counting_in_two_stretches_is_counting_at_once(start: date, one: int, two: int) -> None:
    """分两段数和一次数结果一样；倒着数是相反数。"""
    middle = start + timedelta(days=one)
    end = middle + timedelta(days=two)

    assert CALENDAR.between(start, middle) + CALENDAR.between(middle, end) == CALENDAR.between(start, end)
    assert CALENDAR.between(end, start) == -CALENDAR.between(start, end)


@given(DAYS)
def test_the_next_working_day_is_the_first_one(day: date) -> None:
    """顺延到的是第一个工作日，中间没有漏掉的。"""
    found = CALENDAR.on_or_after(day)

    assert CALENDAR.is_workday(found)
    assert not any(CALENDAR.is_workday(day + timedelta(days=n)) for n in range((found - day).days))
