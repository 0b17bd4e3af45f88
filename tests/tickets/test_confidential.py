"""The confidential lane: supervisors only, its own random numbers, no trace anywhere else."""

import re

import pytest

from tests.tickets.conftest import Ledger
from zhiqibot.core.errors import NotFound

STORY = "环保所的人吃拿卡要"


@pytest.fixture
def secret(ledger: Ledger) -> str:
    return ledger.report(STORY, "other", confidential=True)


def test_it_has_a_random_number_and_leaves_no_gap(ledger: Ledger, secret: str) -> None:
    """保密编号是随机的，当天的普通编号不空号。"""
    assert re.fullmatch(r"ZQM-[0-9A-F]{8}", secret)
    assert ledger.report(STORY, "other", confidential=True) != secret
    assert ledger.report() == "ZQ261123-0001"


@pytest.mark.parametrize("who", ["office", "cadre", "clerk-land", "clerk-power", "rival"])
def test_nobody_but_the_owner_and_supervisors_finds_it(ledger: Ledger, secret: str, who: str) -> None:
    """助企办、包联干部、经办人、别家都看不到，列表里也没有。"""
    speaker = ledger.people[who]
    with ledger.database.read() as session:
        listed = ledger.service.of_speaker(session, speaker, ledger.now)
        with pytest.raises(NotFound):
            ledger.service.find(session, speaker, secret, ledger.now)
    assert listed == []


@pytest.mark.parametrize("who", ["owner", "supervisor"])
def test_the_owner_and_supervisors_find_it(ledger: Ledger, secret: str, who: str) -> None:
    """反映的企业和监督员看得到。"""
    with ledger.database.read() as session:
        assert ledger.service.find(session, ledger.people[who], secret, ledger.now).number == secret


def test_only_supervisors_are_told_and_not_what_it_says(ledger: Ledger, secret: str) -> None:
    """只通知监督员，通知里没有内容；催办也一样。"""
    ledger.do("owner", ledger.service.urge, secret)
    assert set(ledger.told()) == {"supervisor"}
    assert not any("吃拿卡要" in letter for letter in ledger.told()["supervisor"])


def test_it_is_not_assigned_and_its_title_says_nothing(ledger: Ledger, secret: str) -> None:
    """不交办给任何单位，标题不露内容。"""
    ticket = ledger.ticket(secret)

    assert (ticket.unit_id, ticket.cadre_id, ticket.assist_ids, ticket.title) == (None, None, [], "保密诉求")


def test_no_list_no_reminder_and_no_figure_holds_it(ledger: Ledger, secret: str) -> None:
    """服务日清单、催办提醒、统计里都没有它。"""
    ledger.now = ledger.now.replace(month=12, day=21)
    start, end = ledger.now.replace(month=11, day=1).date(), ledger.now.date()
    with ledger.work() as session:
        assert ledger.reminders.run(session, ledger.now) == 0
        assert ledger.service.open_of_enterprises(session, ["e1"]) == []
        figures = ledger.statistics.figures(session, ledger.people["supervisor"], start, end, ledger.now)
    assert figures.registered == 0
