"""Honest statistics, and reminders that come once a day and never on a day off."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.tickets.conftest import Ledger
from zhiqibot.core.clock import SHANGHAI, read_instant
from zhiqibot.core.errors import NotAllowed
from zhiqibot.topics.tickets.model import Status
from zhiqibot.topics.tickets.stats import Figures


def figures(ledger: Ledger, who: str = "office", first: int = 1, last: int = 30) -> Figures:
    with ledger.database.read() as session:
        days = date(2026, 11, first), date(2026, 11, last)
        return ledger.statistics.figures(session, ledger.people[who], *days, ledger.now)


def test_the_rate_of_solution_counts_what_is_unsolved_and_leaves_out_what_was_withdrawn(ledger: Ledger) -> None:
    """办结率＝（办结＋销号）÷（登记－撤回），未办结的算进分母。"""
    unsolved, resolved, closed, withdrawn = (ledger.report() for _ in range(4))
    ledger.resolve(resolved)
    ledger.resolve(closed)
    ledger.rate(closed, 5)
    ledger.do("owner", ledger.service.withdraw, withdrawn)
    counted = figures(ledger)

    assert (counted.registered, counted.solved, counted.countable) == (4, 2, 3)
    assert (counted.rated, counted.content, counted.overdue) == (1, 1, 0)
    assert counted.by_status == {Status.ASSIGNED: 1, Status.RESOLVED: 1, Status.CLOSED: 1, Status.WITHDRAWN: 1}
    assert ledger.ticket(unsolved).status == Status.ASSIGNED


def test_a_period_is_whole_days_in_china(ledger: Ledger) -> None:
    """统计按北京时间的整天，首尾两天都算。"""
    for moment in (datetime(2026, 11, 23, 0, 1), datetime(2026, 11, 23, 23, 59), datetime(2026, 11, 24, 0, 0)):  # noqa: DTZ001
        ledger.now = moment.replace(tzinfo=SHANGHAI)
        ledger.report()

    assert figures(ledger, first=23, last=23).registered == 2
    assert figures(ledger, first=24, last=24).registered == 1


def test_topics_and_units_are_counted_and_overdue_ones_too(ledger: Ledger) -> None:
    """按类别、按单位分，超期未办结单列。"""
    for topic in ("energy", "energy", "land"):
        ledger.report("停电", topic)
    ledger.pass_days(20)
    counted = figures(ledger, "supervisor")

    assert counted.by_topic == [("energy", 2), ("land", 1)]
    assert counted.by_unit == [("供电公司", 2), ("自然资源局", 1)]
    assert counted.overdue == 3


@pytest.mark.parametrize("who", ["owner", "cadre", "clerk-power"])
def test_figures_are_for_office_and_supervisors(ledger: Ledger, who: str) -> None:
    """台账统计只给助企办和监督员。"""
    with pytest.raises(NotAllowed):
        figures(ledger, who)


def remind(ledger: Ledger) -> None:
    with ledger.work() as session:
        ledger.reminders.run(session, ledger.now)


def reminders(ledger: Ledger, person: str = "clerk-power") -> list[str]:
    return [one for one in ledger.told().get(person, []) if "到期" in one or "超期" in one]


def test_a_due_ticket_is_reminded_of_before_on_and_after_the_day_once_a_day(ledger: Ledger) -> None:
    """到期前一天、当天、超期各提醒一次，一天内重跑不再发。"""
    ledger.report()
    for day, word in ((1, "抓紧"), (2, "今天到期"), (3, "超期 1 个工作日")):
        ledger.now = datetime(2026, 12, day, 9, 30, tzinfo=SHANGHAI)
        remind(ledger)
        remind(ledger)
        assert word in reminders(ledger)[-1]

    assert len(reminders(ledger)) == len(reminders(ledger, "cadre")) == 3


def test_lateness_climbs_to_the_office_and_then_to_supervisors(ledger: Ledger) -> None:
    """超期一个工作日报助企办，五个工作日报监督员。"""
    ledger.report()
    for day in (2, 3, 4, 7, 8, 9):
        ledger.now = datetime(2026, 12, day, 9, 30, tzinfo=SHANGHAI)
        remind(ledger)

    assert len(reminders(ledger, "office")) == 1
    assert len(reminders(ledger, "supervisor")) == 1
    assert "问效" in reminders(ledger, "supervisor")[0]


def test_far_from_the_day_after_the_end_and_while_waiting_nobody_is_reminded(ledger: Ledger) -> None:
    """没到时候的、办完的、等企业补充的，都不催。"""
    waits, done = ledger.report(), ledger.report()
    ledger.resolve(done)
    with ledger.work() as session:
        session.merge(ledger.ticket(waits)).status = Status.AWAITING_INFO
    remind(ledger)
    ledger.now = datetime(2026, 12, 2, 9, 30, tzinfo=SHANGHAI)

    remind(ledger)
    assert reminders(ledger) == []


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-11-23T09:00", True),
        ("2026-11-23T08:59", False),
        ("2026-11-22T10:00", False),
        ("2025-10-01T10:00", False),
        ("2025-10-11T10:00", True),
    ],
)
def test_reminders_are_for_working_days_after_nine(ledger: Ledger, moment: str, due: bool) -> None:
    """夜里不催，休息日不催，调休上班的周末催。"""
    assert ledger.reminders.due(read_instant(moment)) is due


def test_the_clock_of_the_reminders_is_the_one_in_china(ledger: Ledger) -> None:
    """时区不同也按北京时间算。"""
    assert ledger.reminders.due((ledger.now.replace(hour=9) + timedelta(minutes=1)).astimezone(UTC))
