"""The handling side: accept, progress, resolve, return, extend, assign, supervise."""

from datetime import date

import pytest

from tests.tickets.conftest import Ledger
from zhiqibot.core.errors import Conflict, NotAllowed
from zhiqibot.topics.tickets.model import Event, Status


def test_from_acceptance_to_result_the_enterprise_is_told_each_step(ledger: Ledger) -> None:
    """签收、进展、办结，企业每步都知道，台账逐步记下谁做的。"""
    number = ledger.report()
    ledger.do("clerk-power", ledger.handling.accept, number)
    ledger.do("clerk-power", ledger.handling.progress, number, "已到现场")
    ledger.do("clerk-power", ledger.handling.progress, number, "明天换变压器")
    ledger.resolve(number)

    letters = ledger.told()["owner"]
    assert [word in letter for word, letter in zip(("签收", "已到现场", "明天换", "已办结"), letters, strict=True)] == [
        True
    ] * 4
    assert [row.actor_id for row in ledger.history(number)[2:]] == ["clerk-power"] * 4


def test_the_linked_cadre_may_handle_and_others_may_not(ledger: Ledger) -> None:
    """包联干部可以办，看得到但不相干的监督员不能代办，企业更不能。"""
    number = ledger.report()
    for who in ("supervisor", "owner"):
        with pytest.raises(NotAllowed):
            ledger.do(who, ledger.handling.progress, number, "我来说")

    ledger.do("cadre", ledger.handling.progress, number, "已联系供电公司")
    assert ledger.ticket(number).status == Status.IN_PROGRESS


def test_a_unit_may_return_within_a_working_day_with_a_reason(ledger: Ledger) -> None:
    """退回给助企办，写明理由；改派之前原单位仍负责。"""
    number = ledger.report()
    ledger.pass_days(1)
    ledger.do("clerk-power", ledger.handling.return_, number, "属于燃气")
    ticket = ledger.ticket(number)

    assert (ticket.status, ticket.unit_id, ticket.returned) == (Status.RETURNED, "unit-power", 1)
    assert "属于燃气" in ledger.told_last("office")


@pytest.mark.parametrize(("days", "allowed"), [(0, True), (1, True), (2, False)])
def test_the_return_window_is_one_working_day(ledger: Ledger, days: int, allowed: bool) -> None:
    """周一交办，周二还能退，周三不能。"""
    number = ledger.report()
    ledger.pass_days(days)

    if allowed:
        ledger.do("clerk-power", ledger.handling.return_, number, "不归我")
        assert ledger.ticket(number).status == Status.RETURNED
    else:
        with pytest.raises(Conflict, match="首问负责"):
            ledger.do("clerk-power", ledger.handling.return_, number, "不归我")


def test_a_weekend_does_not_use_up_the_return_window(ledger: Ledger) -> None:
    """周五交办，周一还能退。"""
    ledger.pass_days(4)
    number = ledger.report()
    ledger.pass_days(3)

    ledger.do("clerk-power", ledger.handling.return_, number, "不归我")
    assert ledger.ticket(number).status == Status.RETURNED


def test_the_office_assigns_anew_and_the_next_unit_is_told(ledger: Ledger) -> None:
    """退回后改派：新单位收到重新交办，签收后企业再次得知，退回窗口重新算。"""
    number = ledger.report()
    ledger.do("clerk-power", ledger.handling.return_, number, "属于燃气")
    ledger.do("office", ledger.handling.assign, number, "unit-gas")
    assert "重新交办" in ledger.told_last("clerk-gas")

    ledger.do("clerk-gas", ledger.handling.accept, number)
    ledger.do("office", ledger.handling.assign, number, "unit-land")
    ledger.do("clerk-land", ledger.handling.accept, number)
    assert [letter for letter in ledger.told()["owner"] if "自然资源局签收" in letter]
    assert ledger.ticket(number).unit_id == "unit-land"


def test_only_the_office_assigns(ledger: Ledger) -> None:
    """交办只能是助企办；办结的不能再交办。"""
    number = ledger.report()
    with pytest.raises(NotAllowed):
        ledger.do("clerk-power", ledger.handling.assign, number, "unit-gas")
    ledger.resolve(number)
    with pytest.raises(Conflict):
        ledger.do("office", ledger.handling.assign, number, "unit-gas")


def test_a_supervised_ticket_is_closed_by_the_office_alone(ledger: Ledger) -> None:
    """挂牌督办的，单位和包联干部自己不能办结，助企办确认才行。"""
    number = ledger.report()
    ledger.do("office", ledger.handling.supervise, number)
    assert "挂牌督办" in ledger.told_last("clerk-power")

    for who in ("clerk-power", "cadre"):
        with pytest.raises(Conflict, match="助企办"):
            ledger.resolve(number, who)
    ledger.resolve(number, "office")
    assert ledger.ticket(number).status == Status.RESOLVED


def test_a_unit_cannot_supervise_and_nobody_twice(ledger: Ledger) -> None:
    """单位不能给自己挂牌；挂过的不再挂。"""
    number = ledger.report()
    with pytest.raises(NotAllowed):
        ledger.do("clerk-power", ledger.handling.supervise, number)
    ledger.do("supervisor", ledger.handling.supervise, number)
    with pytest.raises(Conflict):
        ledger.do("office", ledger.handling.supervise, number)


def test_a_deadline_is_moved_later_and_never_past_the_complex_limit(ledger: Ledger) -> None:
    """延期只能往后，且不超过复杂事项的期限（22 个工作日，12 月 23 日）。"""
    number = ledger.report()
    for until in (date(2026, 12, 2), date(2026, 12, 24)):
        with pytest.raises(Conflict):
            ledger.do("clerk-power", ledger.handling.extend, number, until, "订货")

    ledger.do("clerk-power", ledger.handling.extend, number, date(2026, 12, 23), "订货要两周")
    assert ledger.ticket(number).due_on == date(2026, 12, 23)
    assert "订货要两周" in ledger.told_last("owner")
    assert ledger.events(number)[-1] == Event.EXTENDED


def test_tasks_are_what_waits_for_a_person_next_due_first(ledger: Ledger) -> None:
    """我的任务：只有自己单位没办完的，先到期的在前。"""
    first, second, done = ledger.report(), ledger.report(), ledger.report()
    ledger.report("停气", owner="rival")
    ledger.do("clerk-power", ledger.handling.extend, first, date(2026, 12, 10), "")
    ledger.resolve(done)

    with ledger.database.read() as session:
        tasks = ledger.handling.tasks(session, ledger.people["clerk-power"], ledger.now)
    assert [ticket.number for ticket in tasks] == [second, first]


def test_an_enterprise_has_no_tasks(ledger: Ledger) -> None:
    """企业没有“我的任务”。"""
    with pytest.raises(NotAllowed), ledger.database.read() as session:
        ledger.handling.tasks(session, ledger.people["owner"], ledger.now)
