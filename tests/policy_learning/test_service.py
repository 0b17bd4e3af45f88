"""Who may do what, what is refused, and that no order of arrival loses a question."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.events.county import small_county, speaker
from tests.policy_learning.conftest import INTERPRETER, OFFICE, OTHER, OWNER, UNKNOWN, Town
from zhiqibot.core.clock import SHANGHAI
from zhiqibot.core.crypto import new_vault
from zhiqibot.core.errors import Conflict, NotAllowed, PersonError
from zhiqibot.deployment import Content
from zhiqibot.directory.directory import Directory
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.learning.collecting import JOINS, MOST_A_DAY, Question
from zhiqibot.topics.policies.learning.model import PolicyCluster, PolicyGap, Reason, State
from zhiqibot.topics.policies.learning.service import GapService, NoSuchGap
from zhiqibot.topics.policies.learning.wiring import make_learning

NOW = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
GROUPS: tuple[tuple[str, ...], ...] = (
    (
        "县里买工业机器人一台补多少",
        "购买工业机器人有补贴吗",
        "上了一条工业机器人生产线，政府给补贴不",
        "工业机器人购置补贴标准是多少",
    ),
    ("高级工证书补多少钱", "拿到高级工证书能补多少", "考了高级工有没有补贴"),
    ("北交所上市奖多少", "在北交所上市能奖励多少钱"),
    ("扩岗补助怎么申请", "一次性扩岗补助还有没有", "扩岗补助一人多少钱"),
    ("屋顶光伏发电有没有补贴", "厂房屋顶装光伏县里补贴多少"),
    (UNKNOWN, "数控机床购置补贴多少", "买数控机床补多少"),
    ("职工宿舍建设有补助吗", "自建职工宿舍县里给补多少"),
)
ALL = [text for group in GROUPS for text in group]


def collected(town: Town, person_id: str, text: str, key: str = "m1", reason: Reason = Reason.REFUSED) -> None:
    with town.database.write() as session:
        question = Question(key, text, reason, "innovation")
        town.product.policy_gaps.collecting.collect(session, speaker(session, person_id), question, town.now)


@pytest.fixture
def gaps(town: Town) -> GapService:
    """One gap, seen by the office and given to an interpreter."""
    collected(town, OWNER, UNKNOWN)
    found = town.product.policy_gaps
    with town.database.write() as session:
        office = speaker(session, OFFICE)
        found.unfinished(session, office)
        found.assign(session, office, 1, INTERPRETER, town.now)
    return found


def refused(town: Town, person_id: str, act: str, *what: object) -> str:
    """Return the words in which somebody is refused."""
    with town.database.write() as session:
        who, do = speaker(session, person_id), getattr(town.product.policy_gaps, act)
        with pytest.raises(PersonError) as error:
            do(session, who, 1, *what, town.now)
    return str(error.value)


@pytest.mark.parametrize("person_id", [OWNER, "clerk-power-1", "supervisor-1", INTERPRETER])
def test_only_the_office_decides(town: Town, gaps: GapService, person_id: str) -> None:
    """交办、审定、退回、关闭只有助企办能做，解读员本人也不行。"""
    for act, *what in (("assign", INTERPRETER), ("approve",), ("send_back", "不对"), ("dismiss", "")):
        assert "助企办" in refused(town, person_id, act, *what)
    with town.database.read() as session:
        assert session.scalars(select(PolicyCluster.state)).all() == [State.ASSIGNED]


@pytest.mark.parametrize("person_id", [OWNER, OFFICE, "cadre-02"])
def test_only_the_named_interpreter_answers(town: Town, gaps: GapService, person_id: str) -> None:
    """只有被指派的那一位能答复，助企办和别的解读员都不能代答。"""
    assert "被指派的政策解读员" in refused(town, person_id, "answer", "县里没有这项补贴。", "")


def test_who_answers_does_not_approve(town: Town, gaps: GapService, content: Content) -> None:
    """自己答的自己不能审定。"""
    with town.database.write() as session:
        session.scalars(select(PolicyCluster)).one().interpreter_id = OFFICE
    with town.database.write() as session:
        gaps.answer(session, speaker(session, OFFICE), 1, "县里没有这项补贴。", "", town.now)

    assert "不能是同一个人" in refused(town, OFFICE, "approve")


def test_others_do_not_see_a_gap(town: Town, gaps: GapService) -> None:
    """没有交给自己的，看不到，也看不出有没有。"""
    with town.database.write() as session:
        with pytest.raises(NotAllowed):
            gaps.unfinished(session, speaker(session, OWNER))
        assert gaps.unfinished(session, speaker(session, "cadre-02")) == []
        for number in (1, 99):
            with pytest.raises(NoSuchGap):
                gaps.view(session, speaker(session, "cadre-02"), number)
        assert gaps.view(session, speaker(session, INTERPRETER), 1).people == 1


def test_steps_out_of_order_are_refused(town: Town, gaps: GapService) -> None:
    """没答复不能审定，审定了不能再答、再关。"""
    assert "还不能审定" in refused(town, OFFICE, "approve")
    with town.database.write() as session:
        gaps.answer(session, speaker(session, INTERPRETER), 1, "县里没有这项补贴。", "", town.now)
        gaps.approve(session, speaker(session, OFFICE), 1, town.now)

    assert "已答复" in refused(town, OFFICE, "approve")
    assert "已答复" in refused(town, OFFICE, "dismiss", "")
    assert "已答复" in refused(town, INTERPRETER, "answer", "改一下答复", "")


def test_an_unknown_interpreter_is_refused_with_the_names(town: Town, gaps: GapService) -> None:
    """指派的人不是解读员，说清现有哪几位。"""
    said = refused(town, OFFICE, "assign", "王小二")
    assert "王小二" in said
    assert "曹建军" in said


def test_an_answer_has_a_length(town: Town, gaps: GapService) -> None:
    """空的、太长的答复不收。"""
    for text in ("有", "长" * 2000):
        with pytest.raises(Conflict), town.database.write() as session:
            gaps.answer(session, speaker(session, INTERPRETER), 1, text, "", town.now)


def test_numbers_that_the_source_lacks_are_pointed_out(town: Town, gaps: GapService) -> None:
    """答复里的数和所引条款对不上，审定时标出来。"""
    with town.database.write() as session:
        interpreter = speaker(session, INTERPRETER)
        right = gaps.answer(
            session, interpreter, 1, "每人300元。", "方助企联席办[2022]4 号（一）7", town.now + timedelta(minutes=1)
        )
        wrong = gaps.answer(
            session, interpreter, 1, "每人30000元。", "方助企联席办〔2022〕4号（一）7", town.now + timedelta(minutes=2)
        )

    assert right.doubts == ()
    assert wrong.doubts == ("30000",)
    assert "30000" in str(town.told("policy-gap:", OFFICE)[-1].card)


def test_a_flood_is_cut_off(town: Town) -> None:
    """一个人一天记得下的问题有限，别人不受影响。"""
    for number in range(MOST_A_DAY + 5):
        collected(town, OWNER, f"第{number}种没人听过的补贴是多少", f"m{number}")
    collected(town, OTHER, UNKNOWN, "other")

    with town.database.read() as session:
        askers = session.scalars(select(PolicyGap.asker)).all()
    assert askers.count(f"person:{OWNER}") == MOST_A_DAY
    assert askers.count(f"person:{OTHER}") == 1


def test_a_settled_question_can_be_asked_anew(town: Town, gaps: GapService) -> None:
    """关闭以后又有人问，重新记一条，不丢。"""
    with town.database.write() as session:
        gaps.dismiss(session, speaker(session, OFFICE), 1, "", town.now)
    collected(town, OWNER, UNKNOWN, "m2")

    with town.database.write() as session:
        assert [view.number for view in gaps.unfinished(session, speaker(session, OFFICE))] == [2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("博士一年补多少", "大专生一年补多少"),
        ("社旗县上市奖励多少钱", "温县上市奖励多少钱"),
        ("企业所得税税率是多少", "城市维护建设税税率是多少"),
        ("35千伏专线接入费多少", "10千伏专线接入费多少"),
        ("工业机器人购置补贴标准是多少", "数控机床购置补贴标准是多少"),
    ],
)
def test_questions_that_differ_in_one_exact_thing_stay_apart(town: Town, one: str, other: str) -> None:
    """档次、地方、电压、设备不同的，不算一件事。"""
    likeness = town.product.policy_gaps.collecting.likeness

    assert likeness.between(likeness.asked(one), likeness.asked(other)) < JOINS


def _clusters(session: Session, gaps: GapService) -> list[set[str]]:
    found: dict[str, set[str]] = {}
    for gap in session.scalars(select(PolicyGap)):
        found.setdefault(gap.cluster_id, set()).add(gaps.collecting.question_of(gap))
    return list(found.values())


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(ALL))
def test_no_order_of_arrival_loses_or_mixes_questions(
    order: Sequence[str], base_desk: PolicyDesk, content: Content
) -> None:
    """先来后到怎么换，每个问题都在，且只在一处；说的不是一件事的，不会并到一起。"""
    vault = new_vault()
    database = small_county(vault, NOW)
    gaps = make_learning(base_desk, Directory(vault), Outbox(vault), vault, content.county).gaps
    people = [OWNER, OTHER, "contact-ruitai-1"]
    with database.write() as session:
        for place, text in enumerate(order):
            who = speaker(session, people[place % 3])
            assert gaps.collecting.collect(session, who, Question(f"m{place}", text, Reason.REFUSED), NOW)
    with database.write() as session:
        found = _clusters(session, gaps)
        listed = gaps.unfinished(session, speaker(session, OFFICE), limit=100)
    database.close()

    assert sorted(text for cluster in found for text in cluster) == sorted(ALL)
    assert all(any(cluster <= set(group) for group in GROUPS) for cluster in found)
    assert len(found) <= len(GROUPS) + 2
    assert sum(view.times for view in listed) == len(ALL)
    assert sorted(view.number for view in listed) == list(range(1, len(found) + 1))


@given(text=st.text(max_size=80))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_likeness_takes_any_text(text: str, base_desk: PolicyDesk, content: Content) -> None:
    """任何文字都能比，和自己最像，和谁比都在 0 到 1 之间、不分先后。"""
    vault = new_vault()
    likeness = make_learning(base_desk, Directory(vault), Outbox(vault), vault, content.county).gaps.collecting.likeness
    one, other = likeness.asked(text), likeness.asked(UNKNOWN)

    there, back = likeness.between(one, other), likeness.between(other, one)
    assert 0 <= there <= 1.0001
    assert there == pytest.approx(back)
