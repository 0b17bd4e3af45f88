"""The real reception behind the inbox: a failing message is told to its sender and to the office, and lost by nobody."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from zhiqibot.content.world import StaffRecord, World
from zhiqibot.core.crypto import Vault
from zhiqibot.core.messages import InboundMessage
from zhiqibot.dialogue.turn import Memory, Turn, say
from zhiqibot.directory.accounts import Accounts
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.world import WorldImport
from zhiqibot.inbox.batch import MAX_ATTEMPTS
from zhiqibot.inbox.intake import Intake
from zhiqibot.inbox.worker import InboxWorker
from zhiqibot.outbox.model import OutboxMessage
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.reception import SORRY, Reception
from zhiqibot.storage.database import Database


class Parrot:
    """Stands for the engine: repeats what it hears, counts in the memory, and chokes on “坏”."""

    router: Any = type("Router", (), {"fallback": staticmethod(lambda turn: say("没看懂"))})

    def respond(self, turn: Turn, pressed: str) -> list[Any]:
        turn.memory.missed += 1
        if "坏" in turn.text:
            raise RuntimeError("choked")
        return [say(f"{turn.memory.missed}:{pressed or turn.text[:20]}")]


class Hall:
    """A reception with its inbox and outbox."""

    def __init__(self, database: Database, vault: Vault, now: datetime) -> None:
        self.database, self.vault, self.now, self.number = database, vault, now, 0
        self.outbox, directory = Outbox(vault), Directory(vault)
        self.reception = Reception(Accounts(vault, "", ""), directory, Parrot(), self.outbox)  # type: ignore[arg-type]
        self.intake = Intake(database, vault, lambda: self.now)
        handle, aside = self.reception.handle, self.reception.set_aside
        self.worker = InboxWorker(database, vault, lambda: self.now, handle, aside)
        with database.write() as session:
            WorldImport(vault, now).run(session, World((), (), (), (), (StaffRecord(id="office", name="祁雅楠"),)))

    def hears(self, text: str, **fields: Any) -> None:
        self.number += 1
        base = {"channel": "test", "conversation_id": "c1", "sender_id": "s1", "sent_at": self.now}
        message = InboundMessage.model_validate(base | {"message_id": str(self.number), "text": text} | fields)
        with self.database.write() as session:
            self.intake.store(session, [self.intake.row(message)])
        for _ in range(MAX_ATTEMPTS):
            self.worker.handle_batch()
            self.now += timedelta(minutes=1)

    def told(self) -> list[tuple[str, str]]:
        with self.database.read() as session:
            rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        return [(row.person_id or row.address or "", self.outbox.read(row).text) for row in rows]


@pytest.fixture
def hall(database: Database, vault: Vault, now: datetime) -> Hall:
    return Hall(database, vault, now)


def test_a_failing_message_is_told_to_sender_and_office_and_spoils_no_memory(hall: Hall) -> None:
    """处理不了的消息：告诉发的人和助企办；前后的消息照常，记忆不受影响。"""
    for text in ("一", "坏", "二"):
        hall.hears(text)
    told = hall.told()

    assert ("c1", SORRY) in told
    assert [who for who, text in told if "消息处理失败" in text] == ["office"]
    assert [text for who, text in told if who == "c1"] == ["1:一", SORRY, "2:二"]


def test_a_very_long_text_is_read_in_part_and_the_person_is_told(hall: Hall) -> None:
    """十万字的消息：看前面一部分，并说明。"""
    hall.hears("长" * 100_000)

    assert ["消息太长" in text for _, text in hall.told()] == [True, False]


@pytest.mark.parametrize("text", ["", "😀😀", "。。。", "\x00\x01", "\u202e", "\ud800"])
def test_what_holds_no_word_gets_a_kind_answer(hall: Hall, text: str) -> None:
    """空的、只有表情或控制字符的消息，也有一句回话。"""
    hall.hears(text)

    assert hall.told() == [("c1", "没看懂")]


def test_a_pressed_button_needs_no_words(hall: Hall) -> None:
    """点按钮不用带文字。"""
    hall.hears("", button="do:x")

    assert hall.told() == [("c1", "1:do:x")]


def test_an_attachment_is_named_in_the_text(hall: Hall) -> None:
    """只发图片也算说了话，回话里提到收到的图片。"""
    hall.hears("", attachments=[{"kind": "image", "name": "表.jpg"}])

    assert ["[图片：表.jpg]" in text for _, text in hall.told()] == [True]


def test_a_memory_of_an_earlier_release_is_read(hall: Hall) -> None:
    """缺了字段的旧记忆也读得出来。"""
    assert Memory.from_json({}) == Memory()
