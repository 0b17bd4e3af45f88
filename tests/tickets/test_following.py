"""The enterprise's side: urge, add, withdraw, rate, reopen — and nobody else's business."""

from datetime import date

import pytest

from tests.tickets.conftest import Ledger
from zhiqibot.core.errors import Conflict, NotAllowed, NotFound
from zhiqibot.topics.tickets.model import Event, Status
from zhiqibot.topics.tickets.service import URGES_APART


def test_urging_reaches_the_handling_side_each_time(ledger: Ledger) -> None:
    """催办一次通知一次，经办人和包联干部都收到，次数记着。"""
    number = ledger.report()
    ledger.do("owner", ledger.service.urge, number)
    ledger.now += URGES_APART
    ledger.do("owner", ledger.service.urge, number)

    assert ledger.ticket(number).urged == 2
    assert "第 2 次催办" in ledger.told_last("clerk-power")
    assert "第 2 次催办" in ledger.told_last("cadre")


def test_a_second_reminder_at_once_is_not_sent(ledger: Ledger) -> None:
    """刚催过一分钟又催：不重复打扰对方，也不多记一次，告诉他刚才几点催的。"""
    number = ledger.report()
    ledger.do("owner", ledger.service.urge, number)

    with pytest.raises(Conflict, match="刚催过（第 1 次）"):
        ledger.do("owner", ledger.service.urge, number)
    assert ledger.ticket(number).urged == 1


def test_a_comment_after_the_rating_reaches_those_who_handled_it(ledger: Ledger) -> None:
    """评完分再写评语：办理人看得到；没评分的、别家企业的都写不了。"""
    number = ledger.report()
    with pytest.raises(Conflict, match="打了分才能写评语"):
        ledger.do("owner", ledger.scoring.comment, number, "师傅来得快")
    ledger.do("clerk-power", ledger.handling.accept, number)
    ledger.resolve(number)
    ledger.rate(number, 5)
    ledger.do("owner", ledger.scoring.comment, number, "师傅来得快")

    assert "师傅来得快" in ledger.told_last("clerk-power")
    assert ledger.events(number)[-1] == Event.RATED
    with pytest.raises(NotAllowed):
        ledger.do("office", ledger.scoring.comment, number, "我替他写")


def test_after_the_acceptance_only_the_handler_is_pressed(ledger: Ledger) -> None:
    """签收之后催办找签收的人。"""
    number = ledger.report()
    ledger.do("clerk-power", ledger.handling.accept, number)
    ledger.do("owner", ledger.service.urge, number)

    assert ledger.ticket(number).handler_id == "clerk-power"
    assert "催办" in ledger.told_last("clerk-power")


def test_added_facts_reach_the_handlers_and_the_history(ledger: Ledger) -> None:
    """补充的内容进台账，并告诉办理方。"""
    number = ledger.report()
    ledger.do("owner", ledger.service.add, number, "昨天又跳闸两次")

    assert ledger.events(number)[-1] == Event.ADDED
    assert "昨天又跳闸两次" in ledger.told_last("clerk-power")


def test_facts_that_were_waited_for_start_the_clock_again(ledger: Ledger) -> None:
    """待补充的件，补充后转办理中。"""
    number = ledger.report()
    with ledger.work() as session:
        session.merge(ledger.ticket(number)).status = Status.AWAITING_INFO

    ledger.do("owner", ledger.service.add, number, "户号是 123")
    assert ledger.ticket(number).status == Status.IN_PROGRESS


def test_a_withdrawn_ticket_is_over(ledger: Ledger) -> None:
    """撤回后办理方知道，不能再催、再补、再撤、再办。"""
    number = ledger.report()
    ledger.do("owner", ledger.service.withdraw, number)
    assert "不用再办" in ledger.told_last("clerk-power")

    for again in (ledger.service.urge, ledger.service.withdraw):
        with pytest.raises(Conflict, match="已撤回"):
            ledger.do("owner", again, number)
    with pytest.raises(Conflict, match="已撤回"):
        ledger.resolve(number)


def test_only_the_enterprise_itself_withdraws_and_rates(ledger: Ledger) -> None:
    """撤回和评价只能是企业自己。"""
    number = ledger.report()
    with pytest.raises(NotAllowed):
        ledger.do("cadre", ledger.service.withdraw, number)
    ledger.resolve(number)
    with pytest.raises(NotAllowed):
        ledger.rate(number, 5, who="office")


def test_a_good_rating_closes_the_ticket_once_and_for_all(ledger: Ledger) -> None:
    """满意即销号，每件评一次。"""
    number = ledger.report()
    with pytest.raises(Conflict, match="办结后才能评价"):
        ledger.rate(number, 5)
    ledger.resolve(number)
    ledger.rate(number, 4)

    assert (ledger.ticket(number).status, ledger.ticket(number).score) == (Status.CLOSED, 4)
    with pytest.raises(Conflict, match="已经评过了"):
        ledger.rate(number, 1)


@pytest.mark.parametrize("score", [1, 2])
def test_a_bad_rating_opens_it_again_with_a_new_deadline(ledger: Ledger, score: int) -> None:
    """差评转重新办理，15 个工作日内整改，历史保留，办完可再评。"""
    number = ledger.report()
    ledger.resolve(number)
    ledger.rate(number, score)
    ticket = ledger.ticket(number)

    assert (ticket.status, ticket.reopened, ticket.due_on) == (Status.IN_PROGRESS, 1, date(2026, 12, 14))
    assert "重新办理" in ledger.told_last("clerk-power")
    ledger.resolve(number)
    ledger.rate(number, 5)
    assert ledger.events(number)[-3:] == [Event.REOPENED, Event.RESOLVED, Event.RATED]
    assert sum("已办结" in letter for letter in ledger.told()["owner"]) == 2


@pytest.mark.parametrize("score", [0, 6, 99, -1])
def test_a_score_outside_the_scale_is_no_rating(ledger: Ledger, score: int) -> None:
    """1 到 5 以外的分数不算评价，状态不变。"""
    number = ledger.report()
    ledger.resolve(number)

    with pytest.raises(Conflict, match="1 到 5"):
        ledger.rate(number, score)
    assert ledger.ticket(number).status == Status.RESOLVED


@pytest.mark.parametrize("who", ["rival", "clerk-gas", "stand-in"])
def test_a_ticket_of_others_looks_like_one_that_does_not_exist(ledger: Ledger, who: str) -> None:
    """别家的、别的单位的、没包联的：和不存在的编号一个说法。"""
    number = ledger.report()

    assert _refusal(ledger, who, number).replace(number, "X") == _refusal(ledger, who, "ZQ261123-9999").replace(
        "ZQ261123-9999", "X"
    )


def _refusal(ledger: Ledger, who: str, number: str) -> str:
    with pytest.raises(NotFound) as refused:
        ledger.do(who, ledger.service.urge, number)
    return str(refused.value)


@pytest.mark.parametrize("who", ["owner", "clerk-power", "cadre", "office", "supervisor"])
def test_those_concerned_find_it_by_its_tail(ledger: Ledger, who: str) -> None:
    """有关的人用尾号也找得到。"""
    number = ledger.report()
    with ledger.database.read() as session:
        assert ledger.service.find(session, ledger.people[who], "0001", ledger.now).number == number


@pytest.mark.parametrize("said", ["%", "____", "00%", "-0001", ""])
def test_wildcards_are_no_numbers(ledger: Ledger, said: str) -> None:
    """通配符、残缺的编号找不到任何诉求。"""
    ledger.report()
    with pytest.raises(NotFound), ledger.database.read() as session:
        ledger.service.find(session, ledger.people["owner"], said, ledger.now)


def test_a_tail_means_the_latest_ticket_one_may_see(ledger: Ledger) -> None:
    """尾号相同取自己能看到的最近一件。"""
    first = ledger.report()
    ledger.pass_days(1)
    second = ledger.report(owner="rival")

    with ledger.database.read() as session:
        found = [ledger.service.find(session, ledger.people[who], "0001", ledger.now) for who in ("owner", "rival")]
    assert [ticket.number for ticket in found] == [first, second]
