"""Binding by invitation code: once, in time, and not by guessing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from zhiqibot.content.world import EnterpriseRecord, PersonRecord, World
from zhiqibot.core.crypto import Vault
from zhiqibot.core.messages import InboundMessage
from zhiqibot.directory.accounts import MAX_WRONG_CODES, Accounts, TooManyWrongCodes, WrongCode
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.world import INVITATION_LIFE, WorldImport
from zhiqibot.storage.database import Database

CODE = "FC-12345"


class Door:
    """Senders who try codes at one small directory."""

    def __init__(self, database: Database, vault: Vault, now: datetime) -> None:
        self.database, self.now = database, now
        self.accounts, self.directory = Accounts(vault, "测试县助企办", "0377-1"), Directory(vault)
        people = [PersonRecord(id="owner", name="周德明", phone="13900001001")]
        enterprise = EnterpriseRecord(id="e1", name="德润机械", uscc="91411322DEM000014A", contacts=people, invite=CODE)
        with database.write() as session:
            WorldImport(vault, now).run(session, World((), (enterprise,), (), (), ()))

    def tries(self, code: str, sender: str = "s1") -> str:
        """Redeem as the dialogue does: a wrong code is told, and the unit of work commits all the same."""
        with self.database.write() as session:
            account = self.accounts.find(session, self._message(sender), self.now)
            try:
                return self.accounts.redeem(session, account, code, self.now).id
            except (WrongCode, TooManyWrongCodes) as refused:
                return type(refused).__name__

    def _message(self, sender: str) -> InboundMessage:
        return InboundMessage(
            channel="test", message_id="1", conversation_id=f"c-{sender}", sender_id=sender, sent_at=self.now
        )


@pytest.fixture
def door(database: Database, vault: Vault, now: datetime) -> Door:
    return Door(database, vault, now)


def test_the_right_code_binds_whatever_its_case(door: Door) -> None:
    """邀请码不分大小写；绑定后能找到送达的地址。"""
    assert door.tries(" fc-12345 ") == "owner"

    with door.database.read() as session:
        assert door.directory.addresses(session, ["owner"])["owner"].address == "c-s1"


def test_a_code_serves_once(door: Door) -> None:
    """邀请码用一次就作废。"""
    assert [door.tries(CODE), door.tries(CODE, "s2")] == ["owner", "WrongCode"]


def test_of_two_at_once_only_one_is_bound(door: Door) -> None:
    """两个人同时用同一个码，只有一个绑上。"""
    for number in range(6):
        door.tries("FC-00000", f"s{number}")
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda number: door.tries(CODE, f"s{number}"), range(6)))

    assert sorted(results) == ["WrongCode"] * 5 + ["owner"]


@pytest.mark.parametrize(("late", "result"), [(timedelta(), "owner"), (INVITATION_LIFE, "WrongCode")])
def test_a_code_ages(door: Door, late: timedelta, result: str) -> None:
    """邀请码过期无效。"""
    door.now += late

    assert door.tries(CODE) == result


def test_guessing_is_stopped_for_an_hour_even_with_the_right_code(door: Door) -> None:
    """猜错几次就停一小时，这期间对的码也不行；别人不受影响，过后恢复。"""
    guesses = [door.tries(f"FC-{number:05d}") for number in range(MAX_WRONG_CODES + 1)]
    assert guesses == ["WrongCode"] * MAX_WRONG_CODES + ["TooManyWrongCodes"]
    assert [door.tries(CODE), door.tries("FC-00001", "s2")] == ["TooManyWrongCodes", "WrongCode"]

    door.now += timedelta(minutes=61)
    assert door.tries(CODE) == "owner"


def test_a_second_import_updates_and_doubles_nothing(
    door: Door, vault: Vault, now: datetime, database: Database
) -> None:
    """名录再导入一次是更新，不会多出人来。"""
    changed = PersonRecord(id="owner", name="周德明", phone="13900009999")
    enterprise = EnterpriseRecord(id="e1", name="德润机械有限公司", uscc="91411322DEM000014A", contacts=[changed])
    with database.write() as session:
        WorldImport(vault, now).run(session, World((), (enterprise,), (), (), ()))

    with database.read() as session:
        people = door.directory.contacts(session, ["e1"])
        cards = [door.directory.card(session, person) for person in people]
    assert [(card.phone, card.organisation) for card in cards] == [("13900009999", "德润机械有限公司")]
