"""The printable report: everything it rests on is in it, and its link opens one enterprise's report for a few days."""

import re
from datetime import datetime, timedelta

import pytest

from tests.policy_profile.conftest import OWNER, RIVAL, Town
from zhiqibot.core.crypto import Vault, new_vault
from zhiqibot.core.pages import Page
from zhiqibot.topics.policies.profile.links import ReportLinks


def link(town: Town, person: str = OWNER) -> str:
    """Let a person use the calculator; return the token of the link they get."""
    reply = town.says(person, "我们能享受哪些政策")
    while "/print/policies/" not in reply:
        reply = town.says(person, "招大学生")
    found = re.search(r"/print/policies/([A-Za-z0-9_-]+)", reply)
    assert found
    return found[1]


def opened(town: Town, token: str) -> Page | None:
    with town.database.read() as session:
        return town.product.calculator.page(session, token, town.now)


def test_the_report_holds_what_it_rests_on(town: Town) -> None:
    """标题、日期、所用资料及来源、每项结论与条件、文件文号条款、责任单位、提示，都在。"""
    page = opened(town, link(town))

    assert page is not None
    assert page.title == "惠企政策匹配报告"
    assert page.subtitle.startswith("德润机械有限公司　2026年11月23日　核对了 16 项政策")
    assert ("近期打算", "招大学生", "周德明 2026年11月23日") in page.facts
    assert ("规模", "规上", "企业登记资料") in page.facts
    assert [section.title for section in page.sections] == ["符合（1 项）", "差一项（13 项）", "不符合（2 项）"]
    first = page.sections[0].entries[0]
    lines = dict(first.lines)
    assert first.title == "优秀青年人才生活补贴"
    assert "新招全日制本科生或研究生" in lines["按打算算对上，办成后再申请"]
    assert "年龄在35周岁以下" in lines["逐人核对"]
    assert lines["责任单位"] == "组织部、人社局"
    assert "（方助企联席办〔2022〕4号）（一）7" in first.source
    assert dict(page.sections[1].entries[0].lines)["差的条件"]
    assert "最终以承办单位审核为准" in page.notes[0]
    assert "助企办" in page.notes[1]


def test_a_link_opens_one_enterprise_only(town: Town) -> None:
    """自己的链接打开自己的报告，链接里看不出是哪家。"""
    mine, other = link(town), link(town, RIVAL)

    assert "德润机械" in (opened(town, mine) or Page("")).subtitle
    assert "瑞泰纺织" in (opened(town, other) or Page("")).subtitle
    assert "derun" not in mine


def test_a_link_expires(town: Town) -> None:
    """过期的链接打不开。"""
    token = link(town)
    town.now += timedelta(days=3, minutes=1)

    assert opened(town, token) is None


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-2] + "AA", lambda t: "", lambda t: t * 8, lambda t: "中文", lambda t: t[5:]]
)
def test_a_made_up_link_opens_nothing(vault: Vault, now: datetime, spoil: "object") -> None:
    """改过的、编的、别的密钥做的链接，一律打不开。"""
    links = ReportLinks(vault)
    token = links.make("ent-derun", now).rsplit("/", 1)[-1]

    assert links.open(token, now) == "ent-derun"
    assert links.open(spoil(token), now) is None  # type: ignore[operator]
    assert ReportLinks(new_vault()).open(token, now) is None


def test_what_needs_no_application_is_marked(town: Town) -> None:
    """免申即享的，聊天里、打印版里都标明，不给“申请”按钮。"""
    town.rebuild(town.with_card("fc-talent-07f", automatic=True))
    page = opened(town, link(town))
    told = town.says(OWNER, "我们能享受哪些政策")

    assert page is not None
    assert page.sections[0].entries[0].mark == "免申即享"
    assert "【符合】优秀青年人才生活补贴（免申即享）" in told
    assert "申请优秀青年人才生活补贴" not in told
    assert "免申即享" in town.says(OWNER, "第1项")
