"""Registering a report: its number, its unit, its deadline, and who is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest

from tests.tickets.conftest import Ledger
from zhiqibot.core.clock import SHANGHAI
from zhiqibot.core.errors import Conflict
from zhiqibot.directory.model import Person
from zhiqibot.outbox.model import OutboxMessage
from zhiqibot.topics.tickets.model import Event, Status
from zhiqibot.topics.tickets.service import MAX_OPEN_PER_DAY, Draft, title_of


def test_the_days_tickets_are_numbered_in_one_series(ledger: Ledger) -> None:
    """当天的编号从 0001 连号，第二天重新起号。"""
    numbers = [ledger.report(), ledger.report(owner="rival")]
    ledger.pass_days(1)

    assert [*numbers, ledger.report()] == ["ZQ261123-0001", "ZQ261123-0002", "ZQ261124-0001"]


def test_the_day_of_a_number_is_the_day_in_china(ledger: Ledger) -> None:
    """编号里的日期按北京时间。"""
    ledger.now = datetime(2026, 11, 23, 0, 30, tzinfo=SHANGHAI)

    assert ledger.report() == "ZQ261123-0001"


def test_reports_at_the_same_time_get_numbers_without_gap_or_double(ledger: Ledger) -> None:
    """多人同时反映，编号不重不漏。"""
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda n: ledger.report(owner=("owner", "rival")[n % 2]), range(20)))

    assert sorted(numbers) == [f"ZQ261123-{n:04d}" for n in range(1, 21)]


@pytest.mark.parametrize(
    ("topic", "text", "owner", "unit", "assist"),
    [
        ("energy", "停电了", "owner", "unit-power", []),
        ("energy", "燃气压力不够", "owner", "unit-gas", []),
        ("land", "土地证办不下来", "owner", "unit-land", ["unit-power"]),
        ("land", "土地证办不下来", "rival", "unit-land", []),
        ("talent", "没有路由的主题", "rival", "unit-land", []),
    ],
)
def test_topic_words_and_region_decide_the_unit(
    ledger: Ledger, topic: str, text: str, owner: str, unit: str, assist: list[str]
) -> None:
    """按主题、关键词、所在区域交给承办单位和协办单位。"""
    ticket = ledger.ticket(ledger.report(text, topic, owner))

    assert (ticket.unit_id, ticket.assist_ids, ticket.status) == (unit, assist, Status.ASSIGNED)


def test_the_unit_gets_the_assignment_and_the_cadre_word_of_it(ledger: Ledger) -> None:
    """经办人收到交办单（企业、联系人、问题、期限），包联干部收到提醒，别人不知道。"""
    ledger.report("三号车间停电")
    told = ledger.told()

    assert set(told) == {"clerk-power", "cadre"}
    assert all(
        word in told["clerk-power"][0] for word in ("德润机械", "周德明", "13900001001", "三号车间停电", "12月2日")
    )
    assert "供电公司" in told["cadre"][0]


def test_while_the_cadre_is_away_the_stand_in_is_told(ledger: Ledger) -> None:
    """包联干部不在岗，提醒给代理人；没有代理人就不发给已离岗的人。"""
    for substitute in ("stand-in", None):
        with ledger.work() as session:
            cadre = session.get_one(Person, "cadre")
            cadre.active, cadre.substitute_id = False, substitute
        ledger.report()

    assert set(ledger.told()) == {"clerk-power", "stand-in"}
    assert len(ledger.told()["stand-in"]) == 1


def test_the_deadline_is_seven_working_days_over_a_holiday(ledger: Ledger) -> None:
    """期限 7 个工作日：普通日子跨一个周末；国庆前报的跨假期和调休。"""
    assert ledger.ticket(ledger.report()).due_on == date(2026, 12, 2)

    ledger.now = datetime(2025, 9, 30, 10, 0, tzinfo=SHANGHAI)
    assert ledger.ticket(ledger.report()).due_on == date(2025, 10, 16)


def test_at_night_notices_wait_for_the_morning_unless_it_burns(ledger: Ledger) -> None:
    """夜里登记的，早上八点再通知；紧急的马上通知。"""
    ledger.now = ledger.now.replace(hour=22)
    ledger.report()
    ledger.report(urgent=True)

    with ledger.database.read() as session:
        dues = [row.due_at for row in session.query(OutboxMessage).order_by(OutboxMessage.id)]
    morning = ledger.now.replace(hour=8) + timedelta(days=1)
    assert dues == [morning, morning, ledger.now, ledger.now]


def test_ticket_history_and_notices_come_together_or_not_at_all(ledger: Ledger) -> None:
    """工单、台账、通知要么都有，要么都没有。"""
    number = ledger.report()
    assert ledger.events(number) == [Event.REPORTED, Event.ASSIGNED]
    before = ledger.told()

    def fail() -> None:
        with ledger.work() as session:
            ledger.service.open(session, Draft("e1", "owner", "energy", "停电"), ledger.now)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert ledger.told() == before
    assert ledger.report() == "ZQ261123-0002"


def test_a_flood_of_reports_is_stopped_kindly(ledger: Ledger) -> None:
    """一家企业一天报得太多，请先补充或催办；第二天照常。"""
    for _ in range(MAX_OPEN_PER_DAY):
        ledger.report()
    with pytest.raises(Conflict, match="24 小时"):
        ledger.report()

    assert ledger.report(owner="rival")
    ledger.pass_days(2)
    assert ledger.report()


def test_the_title_is_the_first_sentence_without_personal_numbers() -> None:
    """标题取第一句，电话打码，过长截断。"""
    assert title_of("车间停电。联系13812345678") == "车间停电"
    assert title_of("打13812345678没人接") == "打138****5678没人接"
    assert len(title_of("停电" * 50)) == 28
