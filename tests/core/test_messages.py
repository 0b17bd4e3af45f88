"""The one form of a message: its conversation key, and how it reads as plain text."""

from datetime import datetime

import pytest
from pydantic import ValidationError

from zhiqibot.core.messages import Button, InboundMessage, OutboundMessage, as_plain_text, card, conversation_key


def inbound(now: datetime, **fields: object) -> InboundMessage:
    base = {"channel": "webchat", "message_id": "1", "conversation_id": "c1", "sender_id": "s1", "sent_at": now}
    return InboundMessage.model_validate(base | fields)


def test_in_a_group_every_member_has_a_thread_of_their_own(now: datetime) -> None:
    """群里每个人各是一个会话，私聊按会话。"""
    keys = {conversation_key(inbound(now, group=True, sender_id=sender)) for sender in ("a", "b")}

    assert len(keys) == 2
    assert conversation_key(inbound(now)) == "webchat:default:c1"


def test_lone_surrogates_never_get_into_a_message(now: datetime) -> None:
    """孤立代理字符进不了消息，哪个字段都一样，因此总能存储。"""
    message = inbound(now, text="停\ud800电", sender_name="\udfff王", conversation_id="c\ud8001")

    assert (message.text, message.sender_name, message.conversation_id) == ("停电", "王", "c1")
    assert message.model_dump_json()


def test_an_unknown_field_is_a_mistake(now: datetime) -> None:
    """适配器多给了字段要当场报错，而不是悄悄丢掉。"""
    with pytest.raises(ValidationError):
        inbound(now, txt="停电")


def test_an_inbound_message_survives_its_storage(now: datetime) -> None:
    """消息存成 JSON 再读回来一模一样。"""
    message = inbound(now, text="停电😀\n", attachments=[{"kind": "image", "name": "a.jpg"}])

    assert InboundMessage.model_validate_json(message.model_dump_json()) == message


def test_a_message_reads_as_plain_text_in_order() -> None:
    """纯文本里依次是正文、卡片、列表、可回复的选项；空字段不出现。"""
    message = OutboundMessage(
        text="请确认",
        card=card("诉求", [("问题", "停电"), ("地点", "")], note="口径"),
        items=("甲", "乙"),
        buttons=(Button(label="确认", value="yes"), Button(label="取消", value="cancel")),
    )

    assert as_plain_text(message) == "请确认\n【诉求】\n问题：停电\n口径\n1. 甲\n2. 乙\n可回复：确认 / 取消"
    assert "可回复" not in as_plain_text(message, with_buttons=False)
