"""What is asked of an imported clause: the cap or what goes to each, a wrong figure, papers, the way to apply."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.policy_import.conftest import HOME, OFFICE, ReadFile
from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.nlu.words import Cut
from zhiqibot.storage.database import Database
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.documents import service
from zhiqibot.topics.policies.documents.shelf import ClauseShelf
from zhiqibot.topics.policies.model import PolicyAnswer
from zhiqibot.topics.policies.quoting import Clauses

ROBOTS = """柳溪县支持智能制造若干措施
柳政〔2026〕5号

一、支持智能化改造
（一）工业机器人补贴。对新购置工业机器人的规上工业企业，每台补贴3万元，每家最高30万元。
（二）数控机床补贴。对购置数控机床的企业，按设备投资的8%补贴，单个企业最高不超过120万元。
（三）检测线奖励。对新建检测线的企业，一次性奖励50万元。
二、申报要求
（一）申报材料。企业提交申请表、设备发票复印件和营业执照复印件。
（二）申报程序。企业向县工信局申报，县工信局审核公示后由县财政局拨付。
三、本措施自2026年3月1日起施行，有效期2年。
柳溪县人民政府
2026年2月20日
"""
NO_PAPERS = ROBOTS.replace(
    "（一）申报材料。企业提交申请表、设备发票复印件和营业执照复印件。\n（二）申报程序", "（一）申报程序"
)
Ask = Callable[..., list[PolicyAnswer]]


@pytest.fixture
def ask(staffed: Database, cut: Cut, read: ReadFile, now: datetime, tmp_path: Path) -> Ask:
    """Import a text, then ask one question after the other, each in the light of the one before."""
    desk = PolicyDesk(PolicyCorpus({}, {}, {}), cut, HOME, strict=True, clauses=Clauses(shelf_of(staffed, cut), HOME))

    def one(*questions: str, text: str = ROBOTS) -> list[PolicyAnswer]:
        path = tmp_path / "智能制造.txt"
        path.write_text(text, encoding="utf-8")
        with staffed.write() as session:
            row, _ = service.store_draft(session, *read(path), HOME.county, now)
            service.approve(session, row.id, OFFICE, now)
        answers: list[PolicyAnswer] = []
        for question in questions:
            answers.append(desk.answer(question, now, context=answers[-1].question if answers else None))
        return answers

    return one


def shelf_of(database: Database, cut: Cut) -> ClauseShelf:
    return ClauseShelf(database, cut, HOME, look_every_s=0.0)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("工业机器人补贴最高多少", "每家最高30万元。"),
        ("买工业机器人每家企业封顶补多少", "每家最高30万元。"),
        ("工业机器人每台补多少", "每台补贴3万元。"),
        ("买一台工业机器人补多少钱", "每台补贴3万元。"),
        ("数控机床补贴最高多少", "单个企业最高不超过120万元。"),
        ("新建检测线最高奖多少", "文件没有写明最高多少。"),
    ],
)
def test_the_figure_asked_for_comes_first(asked: str, first: str, ask: Ask) -> None:
    """问最高，先说封顶数；问每台，先说单价；文件没写封顶的，直说没写。原文照引。"""
    (answer,) = ask(asked)

    assert answer.answered
    said, quoted, *_ = answer.text.split("\n")
    assert said == first
    assert quoted.startswith("文件原文：“")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("不是补50万吗", "和您说的不一样"),
        ("不是每台补30万吗", "和您说的不一样，以文件写的为准。每台补贴3万元。"),
        ("不是最高30万吗", "是的，文件是这样写的。每家最高30万元。"),
        ("不是每台补3万吗", "是的，文件是这样写的。"),
    ],
)
def test_what_a_person_takes_for_granted_is_confirmed_or_corrected(asked: str, said: str, ask: Ask) -> None:
    """“不是补50万吗”：和文件不一样就说不一样，不重复错的数；一样就说是的。"""
    _, answer = ask("工业机器人补贴最高多少", asked)

    assert answer.text.startswith(said)
    assert "50万" not in answer.text


def test_papers_are_quoted_from_the_clause_that_names_them(ask: Ask) -> None:
    """答过金额问“要什么材料”：引申报材料那一条，不再重复金额；再问怎么申请，引申报程序。"""
    _, papers, way = ask("工业机器人补贴最高多少", "要什么材料", "怎么申请")

    assert papers.citations[0].clause == "二、（一）"
    assert "「工业机器人补贴」这一条里没有单独写；同一份文件的二、（一）统一写明" in papers.text
    assert "设备发票复印件" in papers.text
    assert "万元" not in papers.text
    assert way.citations[0].clause == "二、（二）"


def test_papers_that_no_clause_names_are_not_made_up(ask: Ask) -> None:
    """文件没写材料：说没有写明，不拿金额充数，给出问承办单位的路。"""
    _, papers = ask("工业机器人补贴最高多少", "要什么材料", text=NO_PAPERS)

    assert not papers.answered
    assert "没有写明所需材料" in papers.text
    assert "登记一个咨询" in papers.text


LEVELS = """柳溪县绿色发展奖励办法
柳政〔2026〕12号

第一条 支持绿色园区创建。对新认定的国家级绿色园区，奖励80万元；省级绿色园区，奖励30万元；市级绿色园区奖励8万元。按最高级别奖励，不重复享受。
第二条 支持厂房保温改造。改造面积不足2000平方米的，不予补助；2000平方米以上的，每平方米补助20元。
第三条 申报时间。每年5月1日至5月31日集中受理，逾期不予受理。
柳溪县人民政府
2026年3月2日
"""


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("市级绿色园区奖励多少", "市级绿色园区奖励8万元。"),
        ("省级的绿色园区奖多少钱", "省级绿色园区，奖励30万元。"),
        ("省级绿色园区奖励80万对吧", "和您说的不一样，以文件写的为准。省级绿色园区，奖励30万元。"),
    ],
)
def test_a_level_is_a_tier_and_no_place(asked: str, first: str, ask: Ask) -> None:
    """“市级”是认定的级别，不是市里的文件；先说这一级的数。"""
    (answer,) = ask(asked, text=LEVELS)

    assert answer.answered
    assert answer.text.split("\n")[0] == first


def test_a_clause_is_found_by_the_number_of_its_document(ask: Ask) -> None:
    """报出文号和第几条，就引那一条；只说“12号第二条”也行。"""
    whole, short = ask("柳政〔2026〕12号第二条写的啥", "12号第二条写了什么", text=LEVELS)

    assert [one.citations[0].clause for one in (whole, short)] == ["第二条", "第二条"]
    assert "每平方米补助20元" in whole.text


def test_a_month_is_held_against_the_time_of_applying(ask: Ask) -> None:
    """问过奖励，再问“11月还能申报吗”，引申报时间那一条。"""
    _, month = ask("绿色园区奖励多少", "11月还能申报吗", text=LEVELS)

    assert "5月1日至5月31日集中受理，逾期不予受理" in month.text


def test_the_clause_that_refuses_a_small_case_is_quoted(ask: Ask) -> None:
    """自己的数不在原文里，也找得到写明“不足……不予补助”的那一条。"""
    (answer,) = ask("厂房保温改造1500平方米给不给补助", text=LEVELS)

    assert answer.citations[0].clause == "第二条"
    assert "不予补助" in answer.text
