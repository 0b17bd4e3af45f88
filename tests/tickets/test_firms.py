"""Who may learn whom to call at an enterprise, and what is open there: enforced below the dialogue."""

import pytest

from tests.tickets.conftest import Ledger
from zhiqibot.core.errors import NotAllowed
from zhiqibot.topics.tickets.firms import FirmFiles


@pytest.fixture
def files(ledger: Ledger) -> FirmFiles:
    return FirmFiles(ledger.service.directory, ledger.service)


@pytest.mark.parametrize("who", ["cadre", "office"])
def test_the_linked_cadre_and_the_office_may_call(ledger: Ledger, files: FirmFiles, who: str) -> None:
    """包联干部和助企办看得到联系人电话。"""
    with ledger.database.read() as session:
        (card,) = files.contacts(session, ledger.people[who], "e1", ledger.now)
    assert (card.name, card.phone) == ("周德明", "13900001001")


@pytest.mark.parametrize("who", ["owner", "rival", "clerk-power", "supervisor"])
def test_others_may_not(ledger: Ledger, files: FirmFiles, who: str) -> None:
    """别家企业、没有在办诉求的单位，看不到电话。"""
    with ledger.database.read() as session, pytest.raises(NotAllowed):
        files.contacts(session, ledger.people[who], "e1" if who != "owner" else "e2", ledger.now)


def test_a_unit_may_call_while_it_handles_something(ledger: Ledger, files: FirmFiles) -> None:
    """正在办这家诉求的单位看得到电话和那一件；不是它办的单位看不到。"""
    number = ledger.report("三号车间停电", "energy")
    with ledger.database.read() as session:
        power, land = ledger.people["clerk-power"], ledger.people["clerk-land"]
        assert files.contacts(session, power, "e1", ledger.now)
        assert [one.number for one in files.open_at(session, power, "e1", ledger.now)] == [number]
        assert not files.open_at(session, land, "e1", ledger.now)
        with pytest.raises(NotAllowed):
            files.contacts(session, land, "e1", ledger.now)


def test_a_confidential_case_is_no_open_one(ledger: Ledger, files: FirmFiles) -> None:
    """保密诉求不在“有啥诉求”里。"""
    ledger.report("环保所的人吃拿卡要", "other", confidential=True)
    with ledger.database.read() as session:
        for who in ("cadre", "office"):
            assert not files.open_at(session, ledger.people[who], "e1", ledger.now)
