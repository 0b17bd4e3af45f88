"""The office and the interpreters at work: details, orders, figures that no source has, which policy a complaint means."""

import pytest
from sqlalchemy import select

from tests.policy_learning.conftest import INTERPRETER, OFFICE, OTHER, OWNER, UNKNOWN, Talker, Town
from zhiqibot.topics.policies.learning.model import PolicyCluster, PolicyFeedback, PolicyGap, State

OTHER_UNKNOWN = "请问食堂的油烟机政府给不给换"
FIGURES = "每台补5万元，最高30万元。"


@pytest.fixture
def office(town: Town) -> Talker:
    """The office, with two questions left open."""
    town.person(OWNER).asks(UNKNOWN)
    town.person(OTHER).asks(OTHER_UNKNOWN)
    return town.person(OFFICE)


def answered(town: Town, office: Talker, answer: str = FIGURES) -> Talker:
    """Have the first answered by its interpreter."""
    office.says("政策问答缺口")
    office.says("第1个交给曹建军")
    interpreter = town.person(INTERPRETER)
    interpreter.says(f"答复第1个：{answer}")
    interpreter.says("文件没有写明")
    interpreter.says("提交审定")
    return interpreter


def cluster(town: Town) -> PolicyCluster:
    with town.database.read() as session:
        return session.scalars(select(PolicyCluster).where(PolicyCluster.number == 1)).one()


@pytest.mark.parametrize("asked", ["第1个详情", "看第1个", "第一个是什么情况", "查看第1个的详情", "第1个怎么回事"])
def test_details_are_shown_in_many_words(asked: str, office: Talker) -> None:
    """列出以后，说“第1个详情”“看第1个”“第一个是什么情况”，都看得到。"""
    office.says("政策问答缺口")

    assert f"问题：{UNKNOWN}" in office.says(asked)


def test_a_number_that_is_not_there_is_told(office: Talker) -> None:
    """没有第9个：说没有，告诉怎么看现有的。"""
    office.says("政策问答缺口")

    assert "没有第9个政策问答缺口" in office.says("第9个详情")


def test_an_interpreter_finds_the_way_alone(town: Town, office: Talker) -> None:
    """解读员：问有哪些要答、看详情、说“答复第1个”再写内容，写的中间还能看详情，不会把这句话当成答复。"""
    office.says("政策问答缺口")
    office.says("第1个交给曹建军")
    interpreter = town.person(INTERPRETER)

    assert "答复第1个：" in interpreter.says("有哪些要我答复的")
    assert UNKNOWN in interpreter.says("第1个详情")
    assert "请写答复" in interpreter.says("答复第1个")
    looked = interpreter.says("第1个详情")
    assert UNKNOWN in looked
    assert "答复还没有写完" in looked
    assert "依据哪份文件" in interpreter.says("县里没有这项补贴，可以走技改。")
    assert "答复：县里没有这项补贴，可以走技改。" in interpreter.says("文件没有写明")


def test_an_order_is_never_taken_for_the_reason(town: Town, office: Talker) -> None:
    """正等着写退回原因时，说“第1个详情”就给看，说“第2个通过”“政策问答缺口”不当成原因；取消了什么也没变。"""
    answered(town, office)
    assert "请写明原因" in office.says("第1个退回")

    assert "每台补5万元" in office.says("第1个详情")
    for order in ("第2个通过", "政策问答缺口", "第2个不作答复"):
        assert "没有当作原因" in office.says(order)
    office.says("取消")

    assert (cluster(town).state, cluster(town).note) == (State.DRAFTED, "")
    office.says("第1个退回")
    assert "已退回曹建军修改" in office.says("5万没有依据")


def test_nothing_is_sent_back_that_was_not_answered(town: Town, office: Talker) -> None:
    """还没人答复的，说“第1个退回”马上告诉没有可退回的，不先让人写原因。"""
    office.says("政策问答缺口")

    said = office.says("第1个退回")

    assert "没有可退回的答复" in said
    assert "请写明原因" not in said


def test_figures_without_a_source_do_not_pass_unnoticed(town: Town, office: Talker) -> None:
    """答复里有出处没有的数字：说“通过”不放行，不告知企业；明确说数字已核实才通过，并记录在案。"""
    answered(town, office)

    refused = office.says("第1个通过")
    assert "没有文件依据，而答复里有数字 5、30" in refused
    assert "还没有通过" in office.says("通过")
    assert cluster(town).state == State.DRAFTED
    assert town.told("policy-answer:") == []

    assert "已审定通过" in office.says("第1个数字已核实，通过")
    passed = cluster(town)
    assert (passed.state, passed.closed_by) == (State.ANSWERED, OFFICE)
    assert passed.note == "审定人确认已另行核实出处里没有的数字：5、30"
    assert FIGURES in town.told("policy-answer:", OWNER)[0].text
    assert "已另行核实" in office.says("第1个详情")


def test_the_button_asks_once_more_too(town: Town, office: Talker) -> None:
    """点“通过”也一样：先提醒，再点“数字已核实，通过”才放行。"""
    answered(town, office)
    waiting = town.told("policy-gap:", OFFICE)[-1]

    assert "还没有通过" in office.presses("通过", list(waiting.buttons))
    assert "已审定通过" in office.presses("数字已核实，通过")


@pytest.mark.parametrize(
    ("said", "card"),
    [
        ("职业介绍补贴根本落不了地", "fc-talent-07a"),
        ("低压办电的政策落不到实处，窗口不认", "fc-power-02"),
        ("这个政策落不了地", "fc-list-07"),
        ("你们的补贴根本兑现不了", "fc-list-07"),
    ],
)
def test_a_complaint_is_recorded_on_the_policy_it_names(said: str, card: str, town: Town) -> None:
    """刚问过挂牌奖励，说“职业介绍补贴落不了地”，记在职业介绍补贴上；没点名的才记在刚说的那项上。"""
    owner = town.person(OWNER)
    owner.asks("新三板挂牌奖多少")

    owner.says(said)

    with town.database.read() as session:
        assert session.scalars(select(PolicyFeedback.card_id)).all() == [card]


def test_a_missed_answer_is_noted_on_the_policy_it_names(town: Town) -> None:
    """刚问过挂牌奖励，说“职业介绍补贴你答得不对”，记的是职业介绍补贴。"""
    owner = town.person(OWNER)
    owner.asks("新三板挂牌奖多少")

    owner.says("职业介绍补贴你答得不对")

    with town.database.read() as session:
        (gap,) = session.scalars(select(PolicyGap)).all()
    assert gap.card_ids == ["fc-talent-07a"]
