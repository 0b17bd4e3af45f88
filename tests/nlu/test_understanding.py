"""What a careful clerk would understand."""

from datetime import datetime
from typing import Any

import pytest

from zhiqibot.nlu.understander import Understander

ENTERPRISE_SAYS = [
    ("想贷款跑了四家银行都不批，咋弄", "report_issue"),
    ("车间水管爆了，赶紧派人", "report_issue"),
    ("不是要投诉，就想问问贷款贴息是啥标准", "ask_policy"),
    ("补贴公示完三个月了一分钱没到账", "report_issue"),
    ("公示后多久打款", "ask_policy"),
    ("0007号到哪一步了", "ticket_status"),
    ("快点给办吧，都超时了，再不办就找县长", "urge_ticket"),
    ("门口来了两个人说是消防的要检查，有备案没", "verify_inspection"),
    ("这个月查了七拨，啥都干不成", "report_issue"),
    ("满意，谢谢", "rate_ticket"),
    ("我们企业能享受哪些政策", "match_policy"),
    ("我要申请研发补贴，现在就报", "apply_policy"),
    ("早参会给我报一个", "book_event"),
    ("早餐会几点开始", "list_events"),
    ("早餐会去不成了，帮我取消", "cancel_booking"),
    ("从12月4号改到12月11号", "reschedule_booking"),
    ("转人工", "human_agent"),
    ("有新的人才政策提醒我一下", "subscribe"),
    ("今天天气怎么样", "out_of_scope"),
    ("我家房贷利率能降吗", "out_of_scope"),
]


@pytest.mark.parametrize(("text", "intent"), ENTERPRISE_SAYS)
def test_the_labels_of_a_careful_clerk_are_met(
    understander: Understander, now: datetime, text: str, intent: str
) -> None:
    """企业的话：按“细心的办事员”的口径归类。"""
    assert understander.understand(text, now).intent == intent


STAFF_SAYS = [
    ("cadre", "0003号签收", "accept_ticket", {"ticket_no": "0003"}),
    ("cadre", "今天上午走访了瑞泰纺织", "log_visit", {"enterprise_name": "瑞泰纺织", "enterprise": "瑞泰纺织有限公司"}),
    ("office", "把ZQ261120-0003交办给国土局", "assign_ticket",
     {"ticket_no": "ZQ261120-0003", "department": "国土局", "unit": "方城县自然资源局"}),
    ("office", "ZQ261120-0003挂牌督办", "supervise_ticket", {"ticket_no": "ZQ261120-0003"}),
    ("office", "新建一场银企对接会，12月9号下午3点，名额30个", "create_event",
     {"event_kind": "matchmaking", "date": "2026-12-09", "time": "15:00", "capacity": 30}),
    ("cadre", "德润机械反映他们厂又停电了", "report_issue", {"topic": "energy", "urgency": "urgent"}),
]  # fmt: skip


@pytest.mark.parametrize(("role", "text", "intent", "slots"), STAFF_SAYS)
def test_cadres_and_clerks_are_understood_in_their_role(
    understander: Understander, now: datetime, role: str, text: str, intent: str, slots: dict[str, Any]
) -> None:
    """干部和助企办的话：带身份理解，企业能说的他们也能说。"""
    understood = understander.understand(text, now, role=role)

    assert understood.intent == intent
    assert understood.slots.items() >= slots.items()


@pytest.mark.parametrize("role", ["enterprise", "visitor"])
def test_an_enterprise_never_means_what_only_staff_may(understander: Understander, now: datetime, role: str) -> None:
    """企业说“签收”，不会当成承办单位签收；不认识的身份按企业对待。"""
    ranking = understander.understand("0003号签收", now, role=role).acts[0].ranking

    assert "accept_ticket" not in [intent for intent, chance in ranking if chance > 0.001]


def test_two_requests_become_two_acts_in_order(understander: Understander, now: datetime) -> None:
    """一条消息两件事：拆成两件，各带各的内容。"""
    understood = understander.understand("厂里停电了，另外早餐会给我报个名", now)

    assert understood.intent == "report_issue"
    assert understood.also == ("book_event",)
    assert [act.text for act in understood.acts] == ["厂里停电了", "早餐会给我报个名"]
    assert understood.acts[1].slots == {"event_kind": "breakfast_talk"}


@pytest.mark.parametrize(
    "text",
    [
        "厂里停电了，损失很大，赶紧派人来看看，再不来我们就停产了",
        "早餐会给我报两个人，想聊聊招工难",
        "我是德润机械的，我们厂门口的路坏了半年没人修",
    ],
)
def test_one_story_stays_one_act(understander: Understander, now: datetime, text: str) -> None:
    """一件事说得再长，也还是一件事。"""
    assert understander.understand(text, now).also == ()


def test_confidence_is_a_probability_and_the_ranking_is_sorted(understander: Understander, now: datetime) -> None:
    """把握在 0 和 1 之间，排名由高到低，第一名就是结论。"""
    act = understander.understand("想问问那个事", now).acts[0]
    chances = [chance for _, chance in act.ranking]

    assert act.ranking[0] == (act.intent, act.confidence)
    assert chances == sorted(chances, reverse=True)
    assert 0 <= chances[-1] <= chances[0] <= 1


def test_homophones_traditional_script_and_full_width_are_read_alike(understander: Understander, now: datetime) -> None:
    """同音错字、繁体、全角，意思不变，摘录仍是原文。"""
    understood = understander.understand("我們廠裡又停電了，在工業園３號車間", now)

    assert understood.intent == "report_issue"
    assert understood.slots["location"] == "工業園３號車間"


def test_topic_urgency_and_emergency_can_be_asked_for_alone(understander: Understander) -> None:
    """主题、缓急、该打哪个抢修电话，都能单独问。"""
    assert understander.topic_of("招不来焊工，车间缺人")[0] == "talent"
    assert understander.is_urgent("车间着火了")
    assert understander.emergency("全厂突然停水了") == "water"
    assert understander.emergency("计划停电通知在哪里看") is None
