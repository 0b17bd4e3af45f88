"""Questions in people's own words, answered from two imported documents alone: no card, no overview."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import yaml

from tests.policy_import.conftest import HOME, OFFICE, ReadFile
from tests.policy_import.samples import HERE, SAMPLE
from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.content.reading import content_root
from zhiqibot.nlu.words import Cut
from zhiqibot.storage.database import Database
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.documents import service
from zhiqibot.topics.policies.documents.shelf import ClauseShelf
from zhiqibot.topics.policies.model import PolicyAnswer
from zhiqibot.topics.policies.quoting import Clauses

SECOND = SAMPLE.parent / "柳溪县吸纳就业和绿色转型实施细则.txt"
RIGHT = 0.85

Ask = Callable[..., PolicyAnswer]


@pytest.fixture
def ask(staffed: Database, cut: Cut, read: ReadFile, now: datetime) -> Ask:
    with staffed.write() as session:
        for path in (SAMPLE, SECOND):
            row, _ = service.store_draft(session, *read(path), HOME.county, now)
            service.approve(session, row.id, OFFICE, now)
    words = load_policies(content_root() / "policy_faq").clause_words
    clauses = Clauses(ClauseShelf(staffed, cut, HOME), HOME)
    desk = PolicyDesk(PolicyCorpus({}, {}, {}, clause_words=words), cut, HOME, strict=True, clauses=clauses)

    def one(text: str, after: str | None = None) -> PolicyAnswer:
        return desk.answer(text, now, context=desk.answer(after, now).question if after else None)

    return one


def questions() -> Any:
    return yaml.safe_load((HERE / "asked_of_two.yaml").read_text(encoding="utf-8"))


def test_people_ask_in_their_own_words(ask: Ask) -> None:
    """企业用自己的话问，答案在条款里的，八成半以上答得出。"""
    asked = questions()["answered"]
    answers = [(one, ask(one["ask"], one.get("after"))) for one in asked]

    wrong = [one["ask"] for one, answer in answers if not (answer.answered and _says(answer, one["says"]))]

    assert len(asked) >= 60
    assert 1 - len(wrong) / len(asked) >= RIGHT, wrong


def test_what_no_clause_says_is_not_answered(ask: Ask) -> None:
    """条款里没有的，一题也不答。"""
    assert [one for one in questions()["refused"] if ask(one).answered] == []


def test_a_condition_for_all_is_quoted_for_the_benefit_spoken_of(ask: Ask) -> None:
    """“刚注册一年能不能申请绿色工厂奖励”：引同一份文件统一的申报条件，并说明是哪一条。"""
    answer = ask("公司刚注册一年能申请绿色工厂奖励不")

    assert "「绿色工厂奖励」这一条里没有单独写" in answer.text
    assert "登记注册满2年" in answer.text
    assert answer.citations[0].clause == "第五条"


@pytest.mark.parametrize(
    ("before", "asked", "clause"),
    [
        ("招脱贫户工人给多少钱", "要啥材料", "第六条"),
        ("招脱贫户工人给多少钱", "咨询电话多少", "第八条"),
        ("省级绿色工厂奖多少", "多久能审完", "第七条"),
        ("技师津贴多少", "啥时候申报", "五、（一）"),
    ],
)
def test_a_point_of_all_benefits_is_asked_on(ask: Ask, before: str, asked: str, clause: str) -> None:
    """接着问材料、电话、审核时间：答同一份文件统一写的那一条，不拿合同年限、津贴月数来顶。"""
    answer = ask(asked, before)

    assert answer.answered
    assert answer.citations[0].clause == clause


def test_a_level_the_clause_does_not_have_is_not_filled_in(ask: Ask) -> None:
    """问县级，条款只写到国家级、省级、市级：不照抄别的级别。"""
    assert not ask("县级绿色工厂奖多少").answered


def test_a_clause_that_is_only_a_heading_is_quoted_with_its_points(ask: Ask) -> None:
    """条款本身只有标题、内容在“一是二是”里的，连内容一起引。"""
    assert "40%" in ask("专利质押贷款有没有贴息").text


def _says(answer: PolicyAnswer, figures: list[str]) -> bool:
    quoted = answer.text.split("依据：")[0]
    return all(one in quoted for one in figures)
