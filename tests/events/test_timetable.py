"""Series and their sessions."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.events.county import DERUN, OFFICE, speaker
from zhiqibot.content.reading import demo_folder
from zhiqibot.core.errors import Conflict, ContentError, NotAllowed
from zhiqibot.core.workdays import WorkdayCalendar, YearOfDays
from zhiqibot.storage.database import Database
from zhiqibot.topics.events.bookings import BookingService, SeatRequest
from zhiqibot.topics.events.model import EventKind, EventSession
from zhiqibot.topics.events.seeding import seed_sessions
from zhiqibot.topics.events.service import EventService, SessionDraft
from zhiqibot.topics.events.timetable import Rule, SeriesRecord, load_events, planned_days


def test_the_demo_timetable_becomes_the_sessions_people_expect(
    county: Database, events: EventService, now: datetime
) -> None:
    """早餐会两场、晚茶会每周二、大讲堂 15 号、服务日 12 号，60 天之内都排好。"""
    with county.write() as session:
        found = events.upcoming(session, now)

        days = {kind: [one.day for one in found if one.kind == kind] for kind in EventKind}
        assert days[EventKind.BREAKFAST_TALK] == [date(2026, 12, 4), date(2026, 12, 11)]
        assert days[EventKind.EVENING_TEA][:2] == [date(2026, 11, 24), date(2026, 12, 1)]
        assert all(day.weekday() == 1 for day in days[EventKind.EVENING_TEA])
        assert days[EventKind.SERVICE_DAY][0] == date(2026, 12, 12)
        assert days[EventKind.LECTURE][0] == date(2026, 12, 15)
        assert all(one.all_day for one in found if one.kind == EventKind.SERVICE_DAY)


def test_planning_twice_adds_nothing(county: Database, events: EventService, now: datetime) -> None:
    """排两遍、导入两遍，场次一个不多；过几天再排，只添新的。"""
    records = load_events(demo_folder())
    count = select(func.count()).select_from(EventSession)
    with county.write() as session:
        before = session.scalar(count)
        events.import_series(session, records, now)
        events.ensure_sessions(session, now)
        again = session.scalar(count)

        events.ensure_sessions(session, now + timedelta(days=7))

        assert (before, again) == (again, before)
        assert session.scalar(count) > (before or 0)


def test_a_session_on_a_day_off_moves_to_the_next_working_day() -> None:
    """写了顺延的，落在休息日就到下一个工作日，调休的周末照常算上班。"""
    own = WorkdayCalendar({2026: YearOfDays(off=frozenset({date(2026, 12, 14)}), work=frozenset())})
    rule = Rule(monthly=(12,))
    start, end = date(2026, 12, 1), date(2026, 12, 31)

    assert list(planned_days(rule, "next_workday", start, end, own)) == [(date(2026, 12, 12), date(2026, 12, 15))]
    assert list(planned_days(rule, "none", start, end, own)) == [(date(2026, 12, 12), date(2026, 12, 12))]
    assert list(Rule(monthly=(31,)).days(date(2027, 2, 1), date(2027, 2, 28))) == [date(2027, 2, 28)]


def test_a_changed_rule_keeps_what_people_booked(
    county: Database, events: EventService, bookings: BookingService, now: datetime
) -> None:
    """改了规则：没人报的场次跟着变，有人报的保持公布时的样子。"""
    records = load_events(demo_folder())
    with county.write() as session:
        first, second = events.upcoming(session, now, kind="breakfast_talk")
        bookings.book(session, speaker(session, DERUN), SeatRequest(first.id), now)
        kept, gone = first.id, second.id
        later = Rule(dates=(date(2026, 12, 18),), time="09:00")
        changed = [r.model_copy(update={"rule": later}) if r.kind == "breakfast_talk" else r for r in records]

        events.import_series(session, changed, now)

        found = events.upcoming(session, now, kind="breakfast_talk")
        assert [one.day for one in found] == [date(2026, 12, 4), date(2026, 12, 18)]
        assert found[0].id == kept
        assert session.get(EventSession, gone) is None


def test_only_the_office_opens_a_session(county: Database, events: EventService, now: datetime) -> None:
    """新建场次只有助企办能做；过去的时间、重复的场次都不收。"""
    draft = SessionDraft(EventKind.MATCHMAKING, date(2026, 12, 9), "15:00", "三楼", 30, title="银企对接会")
    with county.write() as session:
        office = speaker(session, OFFICE)
        with pytest.raises(NotAllowed):
            events.create(session, speaker(session, DERUN), draft, now)

        made = events.create(session, office, draft, now)

        assert events.upcoming(session, now, kind="matchmaking") == [made]
        with pytest.raises(Conflict, match="同样"):
            events.create(session, office, draft, now)
        with pytest.raises(Conflict, match="过去"):
            events.create(session, office, SessionDraft(draft.kind, date(2026, 11, 20), "15:00", "三楼", 30), now)


def test_a_rehearsed_world_replaces_the_timetable(county: Database, events: EventService, now: datetime) -> None:
    """演练世界里只有它写明的场次，已占的座位算数。"""
    rows = [{"kind": "breakfast_talk", "date": "2026-12-04", "time": "8:00", "capacity": 20, "taken": 19}]
    with county.write() as session:
        seed_sessions(session, rows, now)

        found = events.upcoming(session, now)
        assert [(one.clock, one.free) for one in found] == [("08:00", 1)]


def test_every_mistake_of_the_file_is_told_at_once(tmp_path: Path) -> None:
    """events.yaml 写错了，一次全说出来，说到哪条哪项。"""
    (tmp_path / "events.yaml").write_text(
        "series:\n- {id: a, kind: party, title: 联欢, rule: {weekly: tuesday}, capacity: 3}\n"
        "- {id: b, kind: lecture, title: 讲堂, rule: {weekly: monday, monthly: 3, time: '25:00'}, capacity: 0}\n"
        "- {id: c, kind: lecture, title: 讲堂, rule: {weekly: monday}, capacity: 8, seats_per_enterprise: 9}\n",
        encoding="utf-8",
    )

    with pytest.raises(ContentError) as error:
        load_events(tmp_path)

    assert "第 1 条.kind" in str(error.value)
    assert "第 2 条.capacity" in str(error.value)
    assert "第 2 条.rule" in str(error.value)
    assert "第 3 条.seats_per_enterprise" in str(error.value)
    assert "不能多于 capacity（8）" in str(error.value)


def test_a_series_record_needs_one_rule() -> None:
    """一个系列只能有一种规则。"""
    with pytest.raises(ValueError, match="只写一项"):
        SeriesRecord.model_validate({"id": "a", "kind": "lecture", "title": "讲堂", "rule": {}, "capacity": 3})
