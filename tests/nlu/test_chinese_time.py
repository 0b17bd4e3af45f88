"""Chinese time expressions: what they come to, what is none, and what must hold for any text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiqibot.nlu.chinese_time import TimeMention, find_times

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
FULLY_RIGHT = 0.97
FOLDER = Path(__file__).parent
TABLE = yaml.safe_load((FOLDER / "time_expressions.yaml").read_text(encoding="utf-8"))
SECOND_TABLE = yaml.safe_load((FOLDER / "time_expressions_second.yaml").read_text(encoding="utf-8"))
THIRD_TABLE = yaml.safe_load((FOLDER / "time_expressions_third.yaml").read_text(encoding="utf-8"))


class OfficialCalendar:
    """The State Council calendar, plain weekends for the years it does not know."""

    def is_workday(self, day: date) -> bool:
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5


CALENDAR = OfficialCalendar()


class Case(NamedTuple):
    now: datetime
    text: str
    wants: list[str]


def cases(table: dict[str, Any] = TABLE) -> Iterator[Case]:
    for group in table["times"]:
        now = datetime.fromisoformat(group["now"]).replace(tzinfo=SHANGHAI)
        for line in group["cases"]:
            text, _, wants = line.partition(" => ")
            yield Case(now, text, wants.split("; "))


def times(text: str, now: datetime = MONDAY) -> list[TimeMention]:
    return find_times(text, now, workdays=CALENDAR)


def notation(mention: TimeMention, *, with_part: bool = False) -> str:
    """A mention in the notation of time_expressions.yaml; it shows every field that a case can expect."""
    bounds = [(side or "").replace("T", " ") for side in (mention.start_iso, mention.end_iso)]
    if mention.timed and mention.date is None and mention.time is not None and mention.open is None:
        bounds = [bound[11:] for bound in bounds]  # a time of day without a day
    form = bounds[0] if bounds[0] == bounds[1] else "/".join(bounds)
    part = f" @{mention.part}" if with_part and mention.part else ""
    return form + (" ?" if mention.ambiguous else "") + part


def consistent(mention: TimeMention) -> bool:
    """The fields agree: date and time repeat the start where one day is meant, open sides have no bound."""
    if mention.open is not None:
        return (mention.start is None) == (mention.open == "start") and mention.date is None
    if mention.start is None or mention.end is None or mention.start > mention.end:
        return mention.start is None and mention.end is None
    same_day = mention.date in (None, mention.start.date())
    return same_day and mention.time in (None, mention.start.time())


def test_the_table_is_understood_almost_without_exception() -> None:
    """表中各种约时间的说法，日期、时刻、起止、期限、含糊与否全部正确的不少于 97%。"""
    misses = []
    table = list(cases())
    for case in table:
        found = times(case.text, case.now)
        got = [notation(mention, with_part="@" in want) for mention, want in zip(found, case.wants, strict=False)]
        if got != case.wants or len(found) != len(case.wants) or not all(map(consistent, found)):
            shown = "; ".join(notation(mention, with_part=True) for mention in found)
            misses.append(f"{case.now:%m-%d} {case.text}: want {'; '.join(case.wants)}, got {shown}")

    print(f"\n{len(table) - len(misses)} of {len(table)}", *misses, sep="\n")
    assert len(table) >= 320
    assert 1 - len(misses) / len(table) >= FULLY_RIGHT, "\n".join(misses)


@pytest.mark.parametrize(("rows", "least"), [(SECOND_TABLE, 150), (THIRD_TABLE, 70)], ids=["second", "third"])
def test_other_voices_are_understood_as_well(rows: dict[str, Any], least: int) -> None:
    """第二、三张表：方言、繁体、半截话、农历，全部正确的同样不少于 97%；含糊与否不计。"""
    misses = []
    table = list(cases(rows))
    for case in table:
        found = times(case.text, case.now)
        got = [notation(mention, with_part="@" in want) for mention, want in zip(found, case.wants, strict=False)]
        if [form.replace(" ?", "") for form in got] != case.wants or len(found) != len(case.wants):
            misses.append(f"{case.text}: want {'; '.join(case.wants)}, got {'; '.join(map(notation, found))}")

    assert len(table) >= least
    assert 1 - len(misses) / len(table) >= FULLY_RIGHT, "\n".join(misses)


@pytest.mark.parametrize("text", [*TABLE["no_times"], *SECOND_TABLE["no_times"], *THIRD_TABLE["no_times"]])
def test_numbers_of_other_things_and_habits_are_no_times(text: str) -> None:
    """工单号、金额、人数、电话、文号、楼号、问候语和每月每周的惯例，都不当成时间。"""
    assert [mention.text for mention in times(text)] == []


def test_the_span_is_found_inside_the_sentence() -> None:
    """识别出的片段就是原文中的那几个字，繁体、全角也不走样。"""
    text = "麻煩幫我約下週三下午３：３０的座談會，兩個人"

    (mention,) = times(text)

    assert mention.text == "下週三下午３：３０"
    assert text[slice(*mention.span)] == mention.text
    assert (mention.date, mention.start_iso) == (date(2026, 12, 2), "2026-12-02T15:30")


def test_a_caller_can_settle_the_direction() -> None:
    """调用方指明方向时，以调用方为准。"""
    (past,) = find_times("周五", MONDAY, workdays=CALENDAR, prefer="past")
    (future,) = find_times("周五报的", MONDAY, workdays=CALENDAR, prefer="future")

    assert (past.date, future.date) == (date(2026, 11, 20), date(2026, 11, 27))


def test_results_carry_the_zone_of_the_reference_instant() -> None:
    """结果带着基准时刻的时区；没有时区就都没有。"""
    (aware,) = times("明天9点")
    (naive,) = times("明天9点", MONDAY.replace(tzinfo=None))

    assert aware.start == datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)
    assert naive.start == datetime(2026, 11, 24, 9)  # noqa: DTZ001
    assert aware.start_iso == naive.start_iso == "2026-11-24T09:00"


def test_a_weekday_that_contradicts_its_date_is_asked_about() -> None:
    """日期和星期对不上，就标为含糊。"""
    (mention,) = times("12月4日（周六）")

    assert (mention.date, mention.ambiguous) == (date(2026, 12, 4), True)


def test_the_lunar_table_agrees_with_the_official_holidays() -> None:
    """农历表里的春节、端午、中秋，都落在国务院公布的同名假期里。"""
    names = {"春节": "Spring Festival", "端午": "Dragon Boat Festival", "中秋": "Mid-autumn Festival"}
    for year in range(2008, 2027):
        for said, official in names.items():
            (mention,) = times(f"{year}年{said}")

            assert mention.date is not None
            assert chinese_calendar.is_holiday(mention.date), mention
            assert holiday_names_near(mention.date) & {official, "National Day"}, mention  # 2020: 中秋 on 国庆


def holiday_names_near(day: date) -> set[str | None]:
    near = (day + timedelta(days=shift) for shift in range(-3, 4))
    return {chinese_calendar.get_holiday_detail(each)[1] for each in near}


TIME_WORDS = (
    "今天 明早 后天 昨晚 周三 下周五 本周 周末 12号 三十一日 12月 2月30日 2026年 明年 农历 腊月 廿三 正月初八 春节 国庆 五一 上午 晚上 "
    "凌晨 七点半 19:30 25:00 3点 一刻 到 至 - 、 和 的 前 之前 后 以后 起 内 第一个工作日 最后一个周五 三天 半小时 两周后 近三个月 季度 "
    "第四 上半年 月底 大前年 两三点 七八号 三四天后 节前 下班前 去年今天 腊月底 12.4-12.6 每 ( ) 〔2022〕4号 ZQ261122-7 10万元 99 零 十 百 年 月 日 号 点 周 差五分 下 上 过 最晚 报的 1999999999 12.8 1/3"
)
PIECES = st.sampled_from(TIME_WORDS.split())
WRITTEN = st.one_of(st.text(max_size=40), st.lists(st.one_of(PIECES, st.text(max_size=2)), max_size=9).map("".join))
INSTANTS = st.datetimes(datetime(2001, 1, 1), datetime(2075, 12, 31))  # noqa: DTZ001
ANY_INSTANT = st.one_of(INSTANTS, st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)))  # noqa: DTZ001


@settings(max_examples=600, deadline=None)
@given(WRITTEN, ANY_INSTANT)
def test_any_text_is_read_without_error_and_spans_are_slices(text: str, now: datetime) -> None:
    """任何文字、任何基准时刻都不报错；片段互不重叠，与原文一致，字段自洽，同样的输入得到同样的结果。"""
    found = times(text, now)

    end = 0
    for mention in found:
        assert end <= mention.span[0] < mention.span[1] <= len(text)
        assert text[slice(*mention.span)] == mention.text
        assert consistent(mention), mention
        end = mention.span[1]
    assert found == times(text, now)


def in_words(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
        digits[ones] if ones or not tens else ""
    )


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        ["{0}号", "{0}月{1}日", "{0}月{1}号下午{0}点", "{1}号{0}点半", "下月{1}日", "{0}天后", "晚上{0}点{2}分", "{0}个工作日内", "{1}号到{2}号"]
    ),
    st.integers(1, 12), st.integers(2, 28), st.integers(11, 28), INSTANTS,
)  # fmt: skip
def test_figures_and_chinese_numerals_mean_the_same(form: str, low: int, day: int, other: int, now: datetime) -> None:
    """阿拉伯数字和汉字数字写法不同，意思相同。"""
    figures = times(form.format(low, day, other), now)
    words = times(form.format(in_words(low), in_words(day), in_words(other)), now)

    assert figures
    assert [notation(mention) for mention in figures] == [notation(mention) for mention in words]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["{day}号", "周{weekday}", "{day}日上午9点", "春节", "国庆", "{hour}点", "晚上{hour}点", "周末", "下周{weekday}", "月底", "腊月二十三"]),
    st.integers(1, 31), st.sampled_from("一二三四五六日"), st.integers(1, 12), INSTANTS,
)  # fmt: skip
def test_bookings_lie_ahead(form: str, day: int, weekday: str, hour: int, now: datetime) -> None:
    """约时间的说法不会落到今天以前。"""
    for mention in find_times(
        form.format(day=day, weekday=weekday, hour=hour), now, workdays=CALENDAR, prefer="future"
    ):
        assert mention.start is not None
        assert mention.start.date() >= now.date()
