"""From a stored message to committed replies: who speaks, what the dialogue says, what is remembered."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from zhiqibot.core.clock import local
from zhiqibot.core.messages import MAX_TEXT, InboundMessage, OutboundMessage, Thread
from zhiqibot.core.people import Speaker
from zhiqibot.core.privacy import clean
from zhiqibot.dialogue.engine import Engine
from zhiqibot.dialogue.short_answers import short_answer
from zhiqibot.dialogue.turn import Memory, Turn, as_list, button, say
from zhiqibot.directory.accounts import Accounts
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Account, Role
from zhiqibot.inbox.model import Conversation
from zhiqibot.nlu.understanding import Act
from zhiqibot.outbox.outbox import Notice, Outbox

_READABLE = re.compile(r"[0-9A-Za-z\u3400-\u9fff]|👎")
_POINTS_BACK = re.compile(r"这个|这项|这条|该政策|上面|刚发|刚才发|通知里|怎么申请|咋申请")
MOST_FILES = 9
"""Files kept for the ticket they will belong to."""
SORRY = "抱歉，刚才那条消息没能处理成功，已经转给工作人员查看，没有丢失。请换个说法再发一次，或回复“转人工”。"


@dataclass(frozen=True)
class Reception:
    """Handles one message inside the worker's unit of work."""

    accounts: Accounts
    directory: Directory
    engine: Engine
    outbox: Outbox
    background: Callable[[Session, Speaker, Memory, datetime], None] = lambda *_: None
    """Puts what the person was last told into the memory, before a message that points back (“这个怎么申请？”)."""

    def handle(self, session: Session, message: InboundMessage, conversation: Conversation, now: datetime) -> None:
        """Answer one message: replies, effects and memory are one commit."""
        memory, replies = self.respond(session, message, Memory.from_json(conversation.state), now)
        conversation.state = memory.as_json()
        self.outbox.reply(session, _thread(conversation), replies, now)

    def prepare(self, session: Session, messages: Sequence[InboundMessage], now: datetime) -> None:
        """Look up at once who speaks in a batch of messages."""
        people = self.accounts.prefetch(session, messages)
        if people:
            self.directory.prefetch(session, people, local(now).date())

    def respond(
        self, session: Session, message: InboundMessage, memory: Memory, now: datetime
    ) -> tuple[Memory, list[OutboundMessage]]:
        """Return the replies to a message and the memory after it."""
        speaker = self.speaker(session, self.accounts.find(session, message, now))
        text = clean(message.text)
        notes = []
        if len(text) > MAX_TEXT:
            text = text[:MAX_TEXT]
            notes.append(say(f"（消息太长，我先看了前 {MAX_TEXT} 个字；其余内容请分几条发来。）"))
        if _POINTS_BACK.search(text):
            self.background(session, speaker, memory, now)
        act = Act(text, "", 0.0, (), {})
        key = f"{message.channel}:{message.account}:{message.message_id}"
        said = _with_attachments(text, message)
        turn = Turn(session, now, speaker, said, act, memory, message.attachments, message_key=key)
        if message.attachments:
            kept = [*memory.recent.get("files", []), *(one.model_dump(mode="json") for one in message.attachments)]
            memory.recent["files"] = kept[-MOST_FILES:]
            if not text and memory.form is None:
                return memory, notes + self._files_alone(turn)
        if not message.button and not self._readable(turn):
            fallback = self.engine.router.fallback
            return memory, notes + (as_list(fallback(turn)) if fallback else [])
        return memory, notes + self.engine.respond(turn, message.button)

    def set_aside(self, session: Session, message: InboundMessage, conversation: Conversation, inbox_id: str) -> None:
        """Tell the sender and the office that a message could not be handled."""
        now = conversation.updated_at
        self.outbox.reply(session, _thread(conversation), [say(SORRY)], now)
        text = f"【消息处理失败】一条来自 {message.channel} 的消息多次处理失败，已留存备查（编号 {inbox_id}）。"
        office = self.directory.office(session)
        notices = [Notice(f"aside:{inbox_id}:{person.id}", person.id, OutboundMessage(text=text)) for person in office]
        self.outbox.notify(session, notices, now)

    def speaker(self, session: Session, account: Account) -> Speaker:
        """Return the person an account speaks for."""
        where = {
            "thread_key": account.thread,
            "channel": account.channel,
            "account": account.account,
            "sender_id": account.sender_id,
        }
        person = self.directory.person(session, account.person_id) if account.person_id else None
        if person is None or not person.active:
            return Speaker(None, Role.ENTERPRISE, **where)
        enterprise = self.directory.enterprise(session, person.enterprise_id) if person.enterprise_id else None
        return Speaker(
            person_id=person.id,
            role=person.role,
            name=self.directory.name(person),
            enterprise_id=person.enterprise_id,
            enterprise_name=enterprise.name if enterprise else "",
            region=enterprise.region if enterprise else "",
            unit_id=person.unit_id,
            **where,
        )

    def _files_alone(self, turn: Turn) -> list[OutboundMessage]:
        """Files without a word belong to the ticket spoken of last; else they wait for the next report."""
        if turn.memory.recent.get("ticket"):
            return self.engine.begin(turn, "add_to_ticket", turn.text, {"text": turn.text})
        text = f"收到 {turn.text}，先替您留着。请说一下是什么事，登记诉求时会一并转给承办单位。"
        return [say(text, buttons=[button("反映问题", "intent:report_issue", primary=True)])]

    def _readable(self, turn: Turn) -> bool:
        return bool(_READABLE.search(turn.text)) or (turn.memory.form is not None and bool(short_answer(turn.text)))


def _with_attachments(text: str, message: InboundMessage) -> str:
    words = {"image": "图片", "file": "文件", "voice": "语音", "video": "视频", "location": "位置"}
    names = [f"[{words[one.kind]}：{clean(one.name) or '未命名'}]" for one in message.attachments]
    return " ".join(filter(None, [text, *names]))


def _thread(conversation: Conversation) -> Thread:
    return Thread(conversation.key, conversation.channel, conversation.account, conversation.address)
