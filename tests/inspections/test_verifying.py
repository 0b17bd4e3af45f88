"""Which number and which visit is meant; understanding is a table."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.events.county import CADRE, DERUN, Chat, notices, speaker, text_of
from tests.inspections.conftest import OTHERS, OUTSIDE, OWN, TOMORROWS, UNKNOWN
from zhiqibot.core.crypto import Vault
from zhiqibot.directory.model import Person
from zhiqibot.storage.database import Database
from zhiqibot.topics.inspections.model import InspectionFiling, UnfiledVisit
from zhiqibot.topics.inspections.service import InspectionService

FIRST = f"市场监管局来人要查账，备案号{UNKNOWN}"

Talk = Callable[..., Chat]


def looked_up(reply: str) -> bool:
    """Tell whether a number was looked up and not found."""
    return "这次检查没有备案记录" in reply


def reports(chat: Chat) -> list[UnfiledVisit]:
    with chat.database.read() as session:
        return list(session.scalars(select(UnfiledVisit)))


# -- for whom -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [OTHERS, OUTSIDE])
def test_a_filing_for_another_enterprise_is_not_good_here(talk: Talk, number: str) -> None:
    """备案登记的是别家企业，名录里有没有它都一样：对不上，也不说是哪一家、谁去查什么。"""
    reply = talk({"核验": {"record_no": number}}).says("核验")

    assert "登记的不是贵公司" in reply
    assert not [
        secret for secret in ("已经备案", "瑞泰", "青禾", "应急管理局", "粉尘", "水利局", "取水") if secret in reply
    ]


def test_a_filing_for_another_day_is_not_good_today(talk: Talk) -> None:
    """备案的是明天，今天来就对不上。"""
    reply = talk({"核验": {"record_no": TOMORROWS}}).says("核验")

    assert "11月24日，不是今天" in reply
    assert "已经备案" not in reply


def test_a_filing_for_us_today_is_good(talk: Talk) -> None:
    """本企业、今天的备案：说清哪个单位、查什么、哪天、查谁。"""
    reply = talk({"核验": {"record_no": OWN}}).says("核验")

    for shown in ("已经备案", "市场监管局", "特种设备安全检查", "11月23日（今天）", "德润机械有限公司"):
        assert shown in reply


def test_a_stranger_verifies_but_learns_no_name(talk: Talk) -> None:
    """没绑定的人也能核验号码，但看不到是哪家企业；要举报先绑定。"""
    good = talk({"核验": {"record_no": OWN}}, None).says("核验")
    chat = talk({FIRST: {"record_no": UNKNOWN}}, None)
    chat.says(FIRST)

    assert "市场监管局" in good
    assert "德润" not in good
    assert "绑定" in chat.presses("举报未备案检查")
    assert reports(chat) == []


def test_an_unknown_number_may_be_declined(talk: Talk) -> None:
    """查不到的号码：说明没有备案、可以谢绝，举报与否由企业定。"""
    chat = talk({FIRST: {"record_no": UNKNOWN}})
    reply = chat.says(FIRST)

    assert looked_up(reply)
    assert "谢绝" in reply
    assert "没有举报" in chat.presses("先不举报")
    assert reports(chat) == []


def test_seeding_keeps_the_name_of_an_enterprise_it_does_not_know(county: Database) -> None:
    """名录里有的企业挂上编号，没有的只留名字。"""
    with county.read() as session:
        found = {one.record_no: one for one in session.scalars(select(InspectionFiling))}

    assert (found[OWN].enterprise_id, found[OWN].day) == ("ent-derun", date(2026, 11, 23))
    assert found[OUTSIDE].enterprise_id is None
    assert found[OUTSIDE].enterprise_name.startswith("青禾")


# -- which visit --------------------------------------------------------------------------------------------------


def test_a_second_visit_is_answered_for_its_own_number(talk: Talk) -> None:
    """又来一拨：答的是新号码，不再提上一拨。"""
    again = f"又来一拨说查消防的，给的备案号是{UNKNOWN}，你再看看"
    chat = talk({"核验": {"record_no": OWN}, again: {"record_no": UNKNOWN, "agency": "消防"}})
    chat.says("核验")
    reply = chat.says(again)

    assert f"{UNKNOWN} 没有查到" in reply
    assert "市场监管局" not in reply


def test_a_good_number_after_an_unknown_one_is_answered(talk: Talk) -> None:
    """前一个号查不到、正问要不要举报时，又报来一个真的号，照样核验。"""
    again = f"又来一拨，备案号{OWN}"
    chat = talk({FIRST: {"record_no": UNKNOWN}, again: {"record_no": OWN}})
    chat.says(FIRST)
    reply = chat.says(again)

    assert "已经备案" in reply
    assert UNKNOWN not in reply


def test_a_second_visit_without_a_number_is_not_answered_for_the_first(talk: Talk) -> None:
    """又来一拨却没给号：不能拿上一拨的号码再答一遍。"""
    again = "又来一拨人，没给备案号"
    chat = talk({FIRST: {"record_no": UNKNOWN}, again: {}})
    chat.says(FIRST)
    reply = chat.says(again)

    assert "没有备案号，就核验不了" in reply
    assert UNKNOWN not in reply


def test_the_report_of_a_second_visit_tells_of_that_visit(talk: Talk) -> None:
    """第二拨没说是哪个单位，举报里就不能写成第一拨的单位和经过。"""
    again = "又来一拨人要看仓库，备案号JC20261123-98"
    chat = talk({FIRST: {"record_no": UNKNOWN, "agency": "市场监管局"}, again: {"record_no": "JC20261123-98"}})
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
def test_a_number_is_read_where_understanding_missed_it(talk: Talk, text: str) -> None:
    """语义理解没抽出号码时，从原话里也能找到。"""
    assert looked_up(talk({text: {}}).says(text))


@pytest.mark.parametrize("slots", [{}, {"record_no": "ZQ261123-0001"}, {"record_no": "zq261123-0001"}])
def test_a_ticket_number_is_no_filing(talk: Talk, slots: Mapping[str, Any]) -> None:
    """诉求编号不是备案号，不拿去核验，仍然问备案号。"""
    text = "我那个ZQ261123-0001的事，今天又有人来检查"
    reply = talk({text: slots}).says(text)

    assert not looked_up(reply)
    assert "出示备案号" in reply


@pytest.mark.parametrize("answer", ["ZQ261123-0001", "ZQM-1A2B3C4D"])
def test_a_ticket_number_does_not_answer_for_one(talk: Talk, answer: str) -> None:
    """问备案号时答来的诉求编号，也不当成备案号。"""
    chat = talk({"有人来检查": {}, answer: {}})
    chat.says("有人来检查")

    assert not looked_up(chat.says(answer))


@pytest.mark.parametrize("digits", ["13900001001", "91411322MA0000000X"])
def test_other_numbers_are_no_filing(talk: Talk, digits: str) -> None:
    """话里的电话、信用代码不当成备案号。"""
    text = f"有人来检查，我的号码{digits}"

    assert not looked_up(talk({text: {}}).says(text))


# -- who reports, and who learns of it ----------------------------------------------------------------------------


def test_a_cadre_is_told_who_may_report(talk: Talk) -> None:
    """包联干部能核验，举报则由企业自己来。"""
    chat = talk({FIRST: {"record_no": UNKNOWN}}, CADRE)
    chat.says(FIRST)

    assert "企业联系人" in chat.presses("举报未备案检查")
    assert reports(chat) == []


def test_a_report_says_who_is_told_and_who_is_not(talk: Talk) -> None:
    """举报前说清不会转给被反映的单位，举报后说清谁已接到通知。"""
    chat = talk({FIRST: {"record_no": UNKNOWN, "agency": "市场监管局"}})
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
