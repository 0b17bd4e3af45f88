"""Every column says what class of data it holds, and sealed columns hold nothing a thief could read."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Column, LargeBinary, MetaData, String, Table
from sqlalchemy.exc import StatementError

from zhiqibot.content.world import EnterpriseRecord, PersonRecord, World
from zhiqibot.core.crypto import Vault
from zhiqibot.core.messages import InboundMessage, OutboundMessage, Thread
from zhiqibot.directory.world import WorldImport
from zhiqibot.inbox.intake import Intake
from zhiqibot.outbox.outbox import Notice, Outbox
from zhiqibot.storage.columns import Base, DataClass
from zhiqibot.storage.database import Database, open_database
from zhiqibot.storage.jobs import JobRun, first_run

PHONE, NAME, STORY = "13987654321", "欧阳鹏程", "三号炉渣口漏水两天没人管"


def unclassified(tables: list[Table]) -> list[str]:
    columns = [(table.name, column) for table in tables for column in table.columns]
    return [f"{name}.{c.name}" for name, c in columns if not isinstance(c.info.get("data_class"), DataClass)]


def test_every_column_says_what_class_of_data_it_holds() -> None:
    """每一列都标明公开、内部或敏感，漏标一列就不通过。"""
    assert unclassified(list(Base.metadata.sorted_tables)) == []
    assert {"ticket", "person", "inbox_message", "outbox_message", "counter"} <= set(Base.metadata.tables)


def test_an_unclassified_column_would_be_found() -> None:
    """真有一列没标，这项检查查得出来。"""
    assert unclassified([Table("careless", MetaData(), Column("phone", String(20)))]) == ["careless.phone"]


def test_a_sealed_column_is_binary_and_sensitive() -> None:
    """封存的列都是二进制、都算敏感。"""
    sealed = [c for table in Base.metadata.sorted_tables for c in table.columns if c.info.get("sealed")]

    assert {str(c) for c in sealed} >= {"person.phone", "person.name", "ticket.description", "inbox_message.payload"}
    assert all(isinstance(c.type, LargeBinary) and c.info["data_class"] == DataClass.SENSITIVE for c in sealed)


def test_no_planted_secret_is_in_the_file(tmp_path: Path, vault: Vault, now: datetime) -> None:
    """电话、姓名、消息原文写进库后，数据库文件的字节里找不到。"""
    path = tmp_path / "scan.db"
    database = open_database(f"sqlite:///{path}")
    database.create_tables()

    with database.write() as session:
        person = PersonRecord(id="p1", name=NAME, phone=PHONE)
        enterprise = EnterpriseRecord(id="e1", name="甲公司", uscc="91411322DEM000014A", contacts=[person])
        WorldImport(vault, now).run(session, World((), (enterprise,), (), (), ()))
        message = InboundMessage(
            channel="t", message_id="1", conversation_id="c", sender_id="s", sender_name=NAME, text=STORY, sent_at=now
        )
        intake = Intake(database, vault, lambda: now)
        intake.store(session, [intake.row(message)])
        Outbox(vault).reply(session, Thread("t:default:c", "t", "default", "c"), [OutboundMessage(text=STORY)], now)
        Outbox(vault).notify(session, [Notice("k", "p1", OutboundMessage(text=f"{NAME} {PHONE}"))], now)
    database.close()

    stored = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert "甲公司".encode() in stored
    for secret in (PHONE, NAME, STORY):
        assert secret.encode() not in stored
        assert secret.encode("unicode_escape") not in stored


def test_an_instant_without_a_zone_never_reaches_the_database(database: Database, now: datetime) -> None:
    """没有时区的时间存不进去；有时区的存取后是同一时刻。"""
    with pytest.raises(StatementError), database.write() as session:
        first_run(session, "naive", now.replace(tzinfo=None))

    with database.write() as session:
        first_run(session, "aware", now)
    with database.read() as session:
        stored = session.get_one(JobRun, "aware").at
    assert stored == now
    assert stored.utcoffset() == timedelta(0)
