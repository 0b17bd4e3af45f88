"""Outreach in conversation; understanding is a table."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from tests.events.county import CADRE, DERUN, Chat
from zhiqibot.topics.outreach import wording
from zhiqibot.topics.outreach.model import Campaign, OptOut, Subscription, VisitRecord

Talk = Callable[..., Chat]


def stored(chat: Chat, model: type[object]) -> int:
    with chat.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("给产业集聚区的企业发个通知，12月2号检修停电，请提前安排", "12月2号检修停电，请提前安排"),
        ("通知全县规上企业明天下午三点在政务中心开会", "明天下午三点在政务中心开会"),
        ("明早九点定时发送，内容：请各企业做好防汛准备", "请各企业做好防汛准备"),
        ("开发区全体企业，27号停水8小时，发", "27号停水8小时"),
        ("发个通知", ""),
        ("给所有企业发一条消息", ""),
    ],
)
def test_the_notice_is_parted_from_the_command(text: str, content: str) -> None:
    """哪一半是说发给谁，哪一半是通知本身，分得清。"""
    assert wording.split(text).content == content


def test_a_broadcast_is_previewed_then_sent_then_counted(talk: Talk) -> None:
    """一句话：先看人数和原文，确认才发；发完能看送达，也能停发。"""
    said = "给产业集聚区的企业发个通知，12月2号上午10点到12点计划检修停电，请提前安排好生产"
    chat = talk({said: ("broadcast", {})})

    preview = chat.says(said)
    for part in ("14 家企业、20 人", "计划检修停电", "确认后马上发", "确认发送"):
        assert part in preview
    assert stored(chat, Campaign) == 0

    assert "共 20 人" in chat.says("确认发送")
    assert "已送达 0，失败 0，等待 20" in chat.presses("送达情况")
    assert "还有 20 条没有发出" in chat.presses("停发")
    assert "已停发，20 条" in chat.presses("确认停发")


def test_what_is_missing_is_asked_for_and_the_audience_can_be_corrected(talk: Talk) -> None:
    """没说内容问内容，没说对象问对象；确认前改对象，人数跟着变。"""
    chat = talk({"发个通知": ("broadcast", {})})

    assert "内容是什么" in chat.says("发个通知")
    assert "发给哪些对象" in chat.says("年底请各家自查消防设施，有隐患及时报告")
    assert "40 家企业" in chat.presses("全部企业")
    assert "19 家企业" in chat.says("不对，只发给规上企业")
    assert "已安排发送" in chat.says("确认")


def test_a_policy_is_sent_by_its_name(talk: Talk) -> None:
    """说政策名称就行，原文自动带上，收到的人可以接着问怎么申请。"""
    chat = talk({"把稳岗返还推送给规上企业": ("broadcast", {})})

    preview = chat.says("把稳岗返还推送给规上企业")

    assert "【政策提醒】稳岗返还" in preview
    assert "符合条件的企业可申请返还" in preview
    chat.says("确认")
    with chat.database.read() as session:
        assert session.scalars(select(Campaign)).one().policy_id == "fc-talent-01"


def test_a_cancelled_preview_sends_nothing(talk: Talk) -> None:
    """看完预览说取消，一条也不发。"""
    chat = talk({"给所有企业发通知，明天上午全县停水检修": ("broadcast", {})})
    chat.says("给所有企业发通知，明天上午全县停水检修")
    chat.says("取消")

    assert stored(chat, Campaign) == 0


def test_leaving_everything_needs_a_yes_and_one_topic_does_not(talk: Talk) -> None:
    """退一类马上退；全退先确认。"""
    chat = talk(
        {
            "订阅": ("subscribe", {}),
            "退订金融的": ("unsubscribe", {"topic": "finance"}),
            "别再推了": ("unsubscribe", {}),
        },
        DERUN,
    )

    assert "已为您订阅全部" in chat.says("订阅")
    assert "已退订「金融融资」" in chat.says("退订金融的")
    assert stored(chat, Subscription) == 3
    assert "确认退订全部" in chat.says("别再推了")
    assert stored(chat, OptOut) == 0
    assert "已全部退订" in chat.says("对")
    assert (stored(chat, OptOut), stored(chat, Subscription)) == (1, 0)


def test_a_visit_is_logged_from_one_sentence(talk: Talk) -> None:
    """一句话记走访，企业认得准；记之前看一眼。"""
    said = "今天上午走访了瑞泰纺织，厂里缺20个缝纫工，招不来人"
    chat = talk({said: ("log_visit", {})}, CADRE)

    card = chat.says(said)
    assert "瑞泰纺织有限公司" in card
    assert "上门走访" in card
    assert "已记录走访" in chat.says("对，记上")
    assert stored(chat, VisitRecord) == 1


def test_an_enterprise_of_somebody_else_is_not_logged(talk: Talk) -> None:
    """不是自己包联的企业，说明白并列出自己的；说“都去了”就一起记。"""
    other, all_of_them = "今天去宏达服饰走访了一趟", "服务日走访完毕，两家都去了"
    chat = talk({other: ("log_visit", {"enterprise": "宏达服饰有限公司"}), all_of_them: ("log_visit", {})}, CADRE)

    told = chat.says(other)
    assert "不在您的包联名单里" in told
    assert "德润机械有限公司" in told
    chat.says("取消")

    assert "德润机械有限公司、瑞泰纺织有限公司" in chat.says(all_of_them)
    chat.says("好")
    assert stored(chat, VisitRecord) == 2
