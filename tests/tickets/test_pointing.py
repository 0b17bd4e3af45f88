"""How a sentence points at tickets of a list, and what can be taken back."""

from datetime import date

import pytest

from tests.tickets.conftest import Ledger
from zhiqibot.core.errors import Conflict, NotAllowed
from zhiqibot.topics.tickets import pointing
from zhiqibot.topics.tickets.model import Event, Status, Ticket
from zhiqibot.topics.tickets.rating import disagrees

DUE = date(2026, 3, 20)
POWER = Ticket(number="ZQ260302-0003", title="三号线路老跳闸", kind="issue", status="assigned", due_on=DUE)
LAND = Ticket(
    number="ZQ260301-0007", title="宗地红线对不上", kind="issue", status="in_progress", due_on=date(2026, 3, 1)
)
BOTH = [POWER, LAND]
SHOWN = [LAND.number, POWER.number]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("跳闸那个催一下", POWER),
        ("那个红线的也问过了", LAND),
        ("红线的也催催", LAND),
        ("线路又出毛病了", POWER),
        ("这个咋样了", None),
        ("门口的路坏了", None),
    ],
)
def test_a_word_of_the_title_names_a_ticket(said: str, meant: Ticket | None) -> None:
    """标题里的词指得准；没提到哪一件就不猜。"""
    assert pointing.by_word(said, BOTH) is meant


def test_numbers_and_places_count_as_people_count() -> None:
    """“7号”是尾号，“第二个”按刚列出的次序，“另一个”是剩下的那件；几号楼、几月几号都不是编号。"""
    assert pointing.by_number("7号那个", BOTH) is LAND
    assert pointing.numbers("3号楼停电，12月3号来的") == []
    assert pointing.by_place("第二个我接了", SHOWN) == POWER.number
    assert pointing.by_place("最后一个", SHOWN) == POWER.number
    assert pointing.the_other("那另一个呢", BOTH, LAND.number) is POWER


@pytest.mark.parametrize(
    ("said", "many"),
    [
        ("两个都催一下", 2),
        ("都撤了吧", 2),
        ("全部签收", 2),
        ("三个都催", 0),
        ("都一个星期了没动静", 0),
        ("都催我三遍了", 0),
    ],
)
def test_all_of_them_is_said_of_tickets(said: str, many: int) -> None:
    """“都”说的是几件诉求才算；说时间、抱怨的“都”不算。"""
    assert len(pointing.all_of(said, BOTH, SHOWN, date(2026, 3, 2))) == many


def test_all_may_be_narrowed() -> None:
    """“超期的都”只指超期的，“没签收的都”只指没签收的。"""
    assert pointing.all_of("超期的都给我督办", BOTH, SHOWN, date(2026, 3, 2)) == [LAND]
    assert pointing.all_of("没签收的都给我催", BOTH, SHOWN, date(2026, 3, 2)) == [POWER]


@pytest.mark.parametrize(
    ("said", "score", "doubtful"),
    [
        ("满意个鬼", 4, True),
        ("不是不满意，就是慢", 3, True),
        ("很满意", 5, False),
        ("5分，就是慢了点", 5, False),
        ("不满意", 2, False),
    ],
)
def test_tone_and_score_may_disagree(said: str, score: int, doubtful: bool) -> None:
    """话和分对不上的，要再问一句；明说了几分的不问。"""
    assert disagrees(said, score) is doubtful


def test_a_resolution_made_by_mistake_is_taken_back(ledger: Ledger) -> None:
    """办结点错了，评价之前收得回来，企业收到说明；评过就收不回。"""
    number = ledger.report()
    ledger.resolve(number)
    ledger.do("clerk-power", ledger.handling.unresolve, number)

    assert ledger.ticket(number).status == Status.IN_PROGRESS
    assert "误点" in ledger.told_last("owner")

    ledger.resolve(number)
    ledger.rate(number, 5)
    with pytest.raises(Conflict):
        ledger.do("clerk-power", ledger.handling.unresolve, number)


def test_a_wrong_score_is_put_right(ledger: Ledger) -> None:
    """打错的分改得过来：差评改成好评就销号，不再算重新办理。"""
    number = ledger.report()
    ledger.resolve(number)
    ledger.rate(number, 1)
    with ledger.work() as session:
        ticket = ledger.service.find(session, ledger.people["owner"], number, ledger.now)
        ledger.scoring.rate(session, ledger.people["owner"], ticket, 4, "", ledger.now, corrects=True)

    ticket = ledger.ticket(number)
    assert (ticket.status, ticket.score, ticket.reopened) == (Status.CLOSED, 4, 0)
    assert "更正评价为 4 分" in ledger.told_last("clerk-power")


def test_only_the_office_declines_and_the_enterprise_reads_why(ledger: Ledger) -> None:
    """不予受理只有助企办能定，企业看得到原因。"""
    number = ledger.report()
    with pytest.raises(NotAllowed):
        ledger.do("clerk-power", ledger.handling.decline, number, "不归我管")
    ledger.do("office", ledger.handling.decline, number, "属于民事纠纷，建议起诉")

    assert ledger.ticket(number).status == Status.DECLINED
    assert ledger.events(number)[-1] == Event.NOT_TAKEN
    assert "建议起诉" in ledger.told_last("owner")
