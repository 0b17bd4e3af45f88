"""Policy questions in a conversation: memory, buttons, the way to the unit, and the calculator."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.orm import Session

from tests.policy.conftest import NOW
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Memory, OpenForm, Reply, Speaker, Turn, as_list, say
from zhiqibot.nlu.understanding import Act
from zhiqibot.topics.policies import dialogue
from zhiqibot.topics.policies.calculator import Traits
from zhiqibot.topics.policies.desk import PolicyDesk


class Talk:
    """One conversation with the policy handlers; tickets that would be opened are kept in `opened`."""

    def __init__(self, desk: PolicyDesk, enterprise: Any = None) -> None:
        self.opened: list[tuple[str, str]] = []
        self.router = Router()
        self.policies = dialogue.register(self.router, desk, self.open_ticket)
        self.memory = Memory()
        self.session = cast(Session, SimpleNamespace(get=lambda _model, _key: enterprise))
        self.bound = enterprise is not None

    def open_ticket(self, turn: Turn, description: str, topic: str) -> Reply:
        self.opened.append((description, topic))
        return say("请确认要登记的内容。")

    def turn(self, text: str, intent: str = "ask_policy", **slots: Any) -> Turn:
        speaker = Speaker("p1", "enterprise", enterprise_id="e1" if self.bound else None)
        return Turn(self.session, NOW, speaker, text, Act(text, intent, 1.0, ((intent, 1.0),), slots), self.memory)

    def says(self, text: str, intent: str = "ask_policy") -> str:
        return "\n".join(one.text for one in as_list(self.router.answers[intent].handle(self.turn(text, intent))))

    def presses(self, action: str) -> str:
        return "\n".join(one.text for one in as_list(self.router.presses[action](self.turn(""))))


@pytest.fixture
def talk(desk: PolicyDesk) -> Talk:
    return Talk(desk)


def test_a_conversation_remembers_the_question_and_its_cards(talk: Talk) -> None:
    """问一句、追问一句，第二句接着第一句；记忆里有问题和卡号。"""
    talk.says("双一流硕士一年补多少")
    second = talk.says("普通本科的呢")

    assert "9000" in second
    assert talk.memory.recent["policy"]["cards"] == ["fc-talent-07f"]
    assert len(talk.memory.as_json()["recent"]["policy"]["question"]) < 300


def test_the_buttons_go_on_from_the_answer(talk: Talk) -> None:
    """答复下面的“怎么申报”“相关政策”接着刚才那项。"""
    reply = as_list(talk.policies.ask(talk.turn("职业介绍补贴多少钱")))[0]

    assert [one.label for one in reply.buttons] == ["怎么申报", "问办事人员", "相关政策"]
    assert "企业服务中心" in talk.presses("policy_how")
    assert "同一方面还有这些规定" in talk.presses("policy_related")


def test_a_refusal_leads_to_the_unit(talk: Talk) -> None:
    """答不了的，按按钮或说“帮我问问”，都以原话登记咨询。"""
    reply = as_list(talk.policies.ask(talk.turn("县里买工业机器人一台补多少")))[0]
    talk.presses("policy_ask_unit")
    talk.says("那你帮我问问责任部门")

    assert reply.buttons[0].value == "do:policy_ask_unit"
    assert [one[0] for one in talk.opened] == ["政策咨询：县里买工业机器人一台补多少"] * 2


def test_applying_names_the_benefit_and_files_it(talk: Talk) -> None:
    """“我要申请”先说清申请的是哪一项、怎么办，再登记兑现申请。"""
    talk.says("职业介绍补贴多少钱")
    said = talk.says("我要申请", "apply_policy")

    assert "「职业介绍补贴」" in said
    assert talk.opened[0][0].startswith("申请兑现：职业介绍补贴（方助企联席办〔2022〕4号（一）7）")
    assert talk.opened[0][1] == "policy_delivery"


def test_applying_for_the_unknown_is_filed_as_said(talk: Talk) -> None:
    """对不上文件的申请，照原话登记，不硬套。"""
    said = talk.says("申请扩岗补助", "apply_policy")

    assert "没有找到" in said
    assert "扩岗补助" in talk.opened[0][0]


def test_the_calculator_asks_only_what_the_record_lacks(desk: PolicyDesk) -> None:
    """政策计算：档案里有的不问，只问近期打算；结果写明差哪一项。"""
    record = SimpleNamespace(industry="装备制造", scale="规上", tags=["高新技术企业"])
    talk = Talk(desk, record)
    spec = talk.router.forms["match_policy"]
    turn = talk.turn("我们能享受啥政策", "match_policy")
    turn.memory.form = OpenForm("match_policy")
    values: dict[str, Any] = {}

    asked = spec.resolve(turn, values) if spec.resolve else None

    assert asked is not None
    assert asked.field == "needs"
    values["needs"] = "招大学生"
    report = as_list(spec.finish(turn, spec.build(values)))[0].text
    assert "【符合】" in report
    assert "优秀青年人才生活补贴" in report.split("【差一项】")[0]
    assert "差的一项：" in report
    assert "最终以承办单位审核为准" in report


def test_the_unknown_is_shown_as_unknown(desk: PolicyDesk) -> None:
    """没有回答的，列为信息不足并说明还要知道什么。"""
    spec = Talk(desk).router.forms["match_policy"]

    report = as_list(spec.finish(Talk(desk).turn(""), Traits("", "", "", "")))[0].text

    assert "【信息不足】" in report
    assert "还需要知道" in report
