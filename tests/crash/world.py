"""The spine of the product over a small world: enough enterprises for a load, one kind of request, no language model."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from zhiqibot.content.county import County
from zhiqibot.content.world import EnterpriseRecord, PersonRecord, UnitRecord, World
from zhiqibot.core.clock import system_clock
from zhiqibot.core.crypto import Vault, load_vault
from zhiqibot.core.ids import new_id
from zhiqibot.core.numbers import uscc_check_digit
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.dialogue.engine import Engine
from zhiqibot.dialogue.filling import Filling
from zhiqibot.dialogue.judging import IntentInfo
from zhiqibot.dialogue.router import Router
from zhiqibot.directory.accounts import Accounts
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Account
from zhiqibot.directory.world import WorldImport
from zhiqibot.nlu.understanding import Act, Understanding
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.reception import Reception
from zhiqibot.storage.database import Database, open_database
from zhiqibot.topics.tickets import reporting
from zhiqibot.topics.tickets.journal import Journal
from zhiqibot.topics.tickets.service import TicketService

CHANNEL = "crash"
PEOPLE = 80
COUNTY = County.model_validate(
    {
        "region": {"county": "测试县"},
        "office": {"name": "测试县助企办", "phone": "000"},
        "quiet_hours": {"from": "00:00", "to": "00:00"},
        "routing": [{"topic": "other", "lead": "unit-1"}],
    }
)


@dataclass(frozen=True)
class Spine:
    """Everything the serving process needs, wired over one database."""

    database: Database
    vault: Vault
    outbox: Outbox
    directory: Directory
    reception: Reception


def understand(text: str, now: datetime, *, role: str, asked: str | None) -> Understanding:
    """Everything that names a trouble is a report."""
    intent = "report_issue" if re.search(r"停电", text) else "affirm"
    return Understanding(text, (Act(text, intent, 1.0, ((intent, 1.0),)),))


def wire(folder: Path) -> Spine:
    """Build the spine over the database in `folder`."""
    database = open_database(f"sqlite:///{folder / 'crash.db'}")
    vault = load_vault(folder / "keys.yaml")
    outbox, directory = Outbox(vault), Directory(vault)
    tickets = TicketService(directory, Journal(directory, outbox, vault, COUNTY), COUNTY, WorkdayCalendar(), vault)
    router = Router()
    report = reporting.Reporting(tickets, COUNTY, {"other": "其他"}, lambda _: ("other", 1.0), lambda _: None)
    reporting.register(router, report)
    infos = {"report_issue": IntentInfo("反映问题", frozenset({"enterprise"}))}
    engine = Engine(router, understand, infos, Filling(router, lambda *_: {}))
    reception = Reception(Accounts(vault, "", ""), directory, engine, outbox)
    return Spine(database, vault, outbox, directory, reception)


def populate(spine: Spine) -> None:
    """Make the tables, PEOPLE enterprises with a bound contact each, and a unit whose clerk uses no platform."""
    spine.database.create_tables()
    clerk = PersonRecord(id="clerk-1", name="经办人")
    unit = UnitRecord(id="unit-1", name="供电公司", clerks=[clerk])
    enterprises = tuple(_enterprise(number) for number in range(PEOPLE))
    with spine.database.write() as session:
        WorldImport(spine.vault, system_clock()).run(session, World((unit,), enterprises, (), (), ()))
        for number in range(PEOPLE):
            _bind(session, f"p{number}")


def _enterprise(number: int) -> EnterpriseRecord:
    body = f"91411322DEM{number:06d}"
    contact = PersonRecord(id=f"p{number}", name="联系人")
    uscc = body + uscc_check_digit(body)
    return EnterpriseRecord(id=f"e{number}", name=f"第{number}号企业", uscc=uscc, contacts=[contact])


def _bind(session: Session, person: str) -> None:
    where: dict[str, Any] = {"thread": f"{CHANNEL}:default:{person}", "address": person, "sender_id": person}
    account = Account(
        id=new_id(), channel=CHANNEL, account="default", person_id=person, seen_at=system_clock(), **where
    )
    session.add(account)
