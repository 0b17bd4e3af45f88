"""Which number and which visit is meant; understanding is a table."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.events.county import CADRE, DERUN, Chat, notices, speaker, text_of
from zhiqibot.core.crypto import Vault
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Person
from zhiqibot.storage.database import Database
from zhiqibot.topics.inspections.model import InspectionFiling, UnfiledVisit
from zhiqibot.topics.inspections.seeding import seed_inspections
from zhiqibot.topics.inspections.service import InspectionService

OWN, UNKNOWN, OUTSIDE = "JC20261123-02", "JC20261123-99", "JC20261123-04"
FIRST = f"市场监管局来人要查账，备案号{UNKNOWN}"
OUTSIDER = {
    "record_no": OUTSIDE,
    "agency": "水利局",
    "subject": "取水许可检查",
    "date": "2026-11-23",
    "enterprise": "青禾酒业有限公司",
}
"""Filed for an enterprise the directory does not know."""

Ask = Callable[..., Chat]


@pytest.fixture
def ask(talk: Callable[..., Chat]) -> Ask:
    """Return a conversation in which every sentence is about an inspection, with the slots it names."""

    def start(slots: Mapping[str, Mapping[str, Any]], person_id: str | None = DERUN) -> Chat:
        return talk({text: ("verify_inspection", found) for text, found in slots.items()}, person_id)

    return start


def looked_up(reply: str) -> bool:
    """Tell whether a number was looked up and not found."""
    return "这次检查没有备案记录" in reply


def reports(chat: Chat) -> list[UnfiledVisit]:
    with chat.database.read() as session:
        return list(session.scalars(select(UnfiledVisit)))


# -- for whom -----------------------------------------------------------------------------------------------------


def test_a_filing_for_an_enterprise_outside_the_directory_is_not_good_here(
    ask: Ask, vault: Vault, now: datetime
) -> None:
    """备案登记的是名录外的别家企业：同样对不上，也不说是哪一家、查什么。"""
    chat = ask({"核验": {"record_no": OUTSIDE}})
    with chat.database.write() as session:
        seed_inspections(session, [OUTSIDER], Directory(vault), now)

    reply = chat.says("核验")

    assert "登记的不是贵公司" in reply
    assert not [secret for secret in ("已经备案", "青禾", "水利局", "取水") if secret in reply]


def test_seeding_keeps_the_name_of_an_enterprise_it_does_not_know(
    county: Database, vault: Vault, now: datetime
) -> None:
    """名录里有的企业挂上编号，没有的只留名字。"""
    with county.write() as session:
        seed_inspections(session, [OUTSIDER], Directory(vault), now)
        found = {one.record_no: one for one in session.scalars(select(InspectionFiling))}

        assert (found[OWN].enterprise_id, found[OWN].day) == ("ent-derun", date(2026, 11, 23))
        assert (found[OUTSIDE].enterprise_id, found[OUTSIDE].enterprise_name) == (None, "青禾酒业有限公司")


# -- which visit --------------------------------------------------------------------------------------------------


def test_a_second_visit_is_answered_for_its_own_number(ask: Ask) -> None:
    """又来一拨：答的是新号码，不再提上一拨。"""
    again = f"又来一拨说查消防的，给的备案号是{UNKNOWN}，你再看看"
    chat = ask({"核验": {"record_no": OWN}, again: {"record_no": UNKNOWN, "agency": "消防"}})
    chat.says("核验")
    reply = chat.says(again)

    assert f"{UNKNOWN} 没有查到" in reply
    assert "市场监管局" not in reply


def test_a_good_number_after_an_unknown_one_is_answered(ask: Ask) -> None:
    """前一个号查不到、正问要不要举报时，又报来一个真的号，照样核验。"""
    again = f"又来一拨，备案号{OWN}"
    chat = ask({FIRST: {"record_no": UNKNOWN}, again: {"record_no": OWN}})
    chat.says(FIRST)
    reply = chat.says(again)

    assert "已经备案" in reply
    assert UNKNOWN not in reply


def test_a_second_visit_without_a_number_is_not_answered_for_the_first(ask: Ask) -> None:
    """又来一拨却没给号：不能拿上一拨的号码再答一遍。"""
    again = "又来一拨人，没给备案号"
    chat = ask({FIRST: {"record_no": UNKNOWN}, again: {}})
    chat.says(FIRST)
    reply = chat.says(again)

    assert "没有备案号，就核验不了" in reply
    assert UNKNOWN not in reply


def test_the_report_of_a_second_visit_tells_of_that_visit(ask: Ask) -> None:
    """第二拨没说是哪个单位，举报里就不能写成第一拨的单位和经过。"""
    again = "又来一拨人要看仓库，备案号JC20261123-98"
    chat = ask({FIRST: {"record_no": UNKNOWN, "agency": "市场监管局"}, again: {"record_no": "JC20261123-98"}})
    chat.says(FIRST)
    chat.says(again)
    reply = chat.presses("举报未备案检查")

    assert "看仓库" in reply
    assert not [old for old in ("市场监管局", "查账", UNKNOWN) if old in reply]


# -- which number -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"来人说备案号{UNKNOWN}，帮看看",
        f"你瞅瞅{UNKNOWN.lower()}这个有没有",
        "备案号：ＪＣ２０２６１１２３－９９，真的吗",
        "备案号是20261123077，真的吗",
    ],
)
def test_a_number_is_read_where_understanding_missed_it(ask: Ask, text: str) -> None:
    """语义理解没抽出号码时，从原话里也能找到。"""
    assert looked_up(ask({text: {}}).says(text))


@pytest.mark.parametrize("slots", [{}, {"record_no": "ZQ261123-0001"}, {"record_no": "zq261123-0001"}])
def test_a_ticket_number_is_no_filing(ask: Ask, slots: Mapping[str, Any]) -> None:
    """诉求编号不是备案号，不拿去核验，仍然问备案号。"""
    text = "我那个ZQ261123-0001的事，今天又有人来检查"
    reply = ask({text: slots}).says(text)

    assert not looked_up(reply)
    assert "出示备案号" in reply


@pytest.mark.parametrize("answer", ["ZQ261123-0001", "ZQM-1A2B3C4D"])
def test_a_ticket_number_does_not_answer_for_one(ask: Ask, answer: str) -> None:
    """问备案号时答来的诉求编号，也不当成备案号。"""
    chat = ask({"有人来检查": {}, answer: {}})
    chat.says("有人来检查")

    assert not looked_up(chat.says(answer))


@pytest.mark.parametrize("digits", ["13900001001", "91411322MA0000000X"])
def test_other_numbers_are_no_filing(ask: Ask, digits: str) -> None:
    """话里的电话、信用代码不当成备案号。"""
    text = f"有人来检查，我的号码{digits}"

    assert not looked_up(ask({text: {}}).says(text))


# -- who reports, and who learns of it ----------------------------------------------------------------------------


def test_a_cadre_is_told_who_may_report(ask: Ask) -> None:
    """包联干部能核验，举报则由企业自己来。"""
    chat = ask({FIRST: {"record_no": UNKNOWN}}, CADRE)
    chat.says(FIRST)

    assert "企业联系人" in chat.presses("举报未备案检查")
    assert reports(chat) == []


def test_a_report_says_who_is_told_and_who_is_not(ask: Ask) -> None:
    """举报前说清不会转给被反映的单位，举报后说清谁已接到通知。"""
    chat = ask({FIRST: {"record_no": UNKNOWN, "agency": "市场监管局"}})
    chat.says(FIRST)

    assert "不会转给被反映的单位" in chat.presses("举报未备案检查")
    assert "助企办和纪检监督人员已接到通知" in chat.presses("确认举报")
    assert [visit.record_said for visit in reports(chat)] == [UNKNOWN]


def test_a_report_does_not_name_the_person(
    county: Database, inspections: InspectionService, vault: Vault, now: datetime
) -> None:
    """通知里只有企业，没有举报人的姓名；单位名称在库里也是密文。"""
    with county.write() as session:
        name = inspections.directory.name(session.get_one(Person, DERUN))
        visit = inspections.report(session, speaker(session, DERUN), "消防大队", "三个人要查账", "", now)
        texts = [text_of(vault, row) for row in notices(session, f"unfiled:{visit.id}:")]

        assert "消防大队".encode() not in visit.agency
        assert texts
        assert not [text for text in texts if name in text or DERUN in text]
