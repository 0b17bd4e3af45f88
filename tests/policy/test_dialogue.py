"""Policy questions in a conversation: memory, buttons, the way to the unit."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy.orm import Session

from tests.policy.conftest import NOW
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Memory, Reply, Speaker, Turn, as_list, say
from zhiqibot.nlu.understanding import Act
from zhiqibot.topics.policies import dialogue
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
