"""The service day's brief, and visits."""

import threading
from datetime import date, datetime, timedelta

import pytest

from tests.events.county import CADRE, DERUN, OFFICE, notices, speaker, text_of
from zhiqibot.core.clock import SHANGHAI, local
from zhiqibot.core.crypto import Vault
from zhiqibot.core.errors import Conflict, NotAllowed
from zhiqibot.storage.database import Database
from zhiqibot.topics.outreach.model import VisitWay
from zhiqibot.topics.outreach.service import OutreachService

FRIDAY = datetime(2026, 12, 11, 16, 0, tzinfo=SHANGHAI)
"""The last working day before the service day, a Saturday."""


@pytest.mark.parametrize(
    ("moment", "briefed"),
    [
        (FRIDAY - timedelta(minutes=1), 0),
        (FRIDAY, 15),
        (datetime(2026, 12, 12, 9, tzinfo=SHANGHAI), 15),
        (datetime(2026, 12, 12, 13, tzinfo=SHANGHAI), 0),
        (datetime(2026, 12, 10, 16, tzinfo=SHANGHAI), 0),
    ],
)
def test_cadres_are_briefed_the_last_working_afternoon_before(
    county: Database, outreach: OutreachService, moment: datetime, briefed: int
) -> None:
    """服务日前最后一个工作日 16:00 起提醒；停过机的当天上午补上，过了中午不再补。"""
    with county.write() as session:
        assert outreach.remind_service_day(session, moment) == briefed
        assert len(notices(session, "service-day:2026-12-12:cadre:")) == briefed


def test_the_brief_names_enterprises_and_open_tickets(
    county: Database, outreach: OutreachService, vault: Vault
) -> None:
    """提醒里有自己包联的企业和没办结的诉求。"""
    with county.write() as session:
        outreach.remind_service_day(session, FRIDAY)
        text = text_of(vault, notices(session, f"service-day:2026-12-12:cadre:{CADRE}")[0])

    for part in ("明天12月12日（周六）", "2 家企业", "德润机械有限公司：ZQ261120-0003", "瑞泰纺织有限公司：没有未办结"):
        assert part in text


def test_two_processes_and_a_restart_brief_everybody_once(county: Database, outreach: OutreachService) -> None:
    """两个进程同时跑、重启后再跑，每人只有一条。"""
    start = threading.Barrier(2)

    def process() -> None:
        start.wait()
        with county.write() as session:
            outreach.remind_service_day(session, FRIDAY)

    threads = [threading.Thread(target=process) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with county.write() as session:
        outreach.remind_service_day(session, FRIDAY + timedelta(hours=2))

        assert len(notices(session, "service-day:")) == 15


def test_a_brief_made_in_the_evening_waits_for_the_morning(county: Database, outreach: OutreachService) -> None:
    """晚上才补做的提醒明早送到，夜里不看表。"""
    evening = datetime(2026, 12, 11, 20, 30, tzinfo=SHANGHAI)
    with county.write() as session:
        outreach.remind_service_day(session, evening)
        row = notices(session, "service-day:")[0]

        assert local(row.due_at) == datetime(2026, 12, 12, 8, tzinfo=SHANGHAI)
    assert outreach.service_day_due(evening) is None
    assert outreach.service_day_due(FRIDAY) == "service-day:2026-12-11:afternoon"


def test_a_cadre_logs_visits_to_linked_enterprises_only(
    county: Database, outreach: OutreachService, now: datetime
) -> None:
    """走访只能记自己包联的企业；没到的日子不能记；电话号码打码。"""
    today, visits = local(now).date(), outreach.visits
    with county.write() as session:
        cadre = speaker(session, CADRE)
        for enterprise, day, error in (("ent-hongda", today, NotAllowed), ("ent-derun", date(2026, 12, 1), Conflict)):
            with pytest.raises(error):
                visits.log(session, cadre, [enterprise], day, VisitWay.VISIT, "看过", now)
        with pytest.raises(NotAllowed):
            visits.log(session, speaker(session, DERUN), ["ent-derun"], today, VisitWay.VISIT, "看过", now)

        (record,) = visits.log(session, cadre, ["ent-derun"], today, VisitWay.PHONE, "王总 13812345678 说招工难", now)

        assert record.note == "王总 138****5678 说招工难"


def test_the_office_sees_whom_nobody_visited(county: Database, outreach: OutreachService, now: datetime) -> None:
    """服务日没人去的企业，助企办看得到名单。"""
    today = local(now).date()
    with county.write() as session:
        cadre, office = speaker(session, CADRE), speaker(session, OFFICE)
        before = outreach.visits.missing(session, office, today, today)

        outreach.visits.log(session, cadre, ["ent-derun"], today, VisitWay.VISIT, "", now)
        after = outreach.visits.missing(session, office, today, today)

        assert set(before) - set(after) == {("许志远", "德润机械有限公司")}
        with pytest.raises(NotAllowed):
            outreach.visits.missing(session, cadre, today, today)
