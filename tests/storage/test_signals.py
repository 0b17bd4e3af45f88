"""Wake-ups inside a process on both engines, and between processes on PostgreSQL."""

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from zhiqibot.storage.database import Database, open_database
from zhiqibot.storage.signals import PG_CHANNEL, Signals


def eventually(check: Callable[[], bool], timeout_s: float = 5.0) -> bool:
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.02)
    return False


def heard_by(other: "Process", one: "Process", text: str) -> bool:
    """Announce until the other process hears it: its connection may only be coming up."""

    def announce() -> bool:
        one.signals.announce("webchat", text)
        return bool(other.heard)

    return eventually(announce, 10)


class Process:
    """One process's end of the signals, with what it heard."""

    def __init__(self, database: Database) -> None:
        self.heard: list[str] = []
        self.signals = Signals(database)
        self.signals.listen("webchat", self.heard.append)
        self.signals.start()


@pytest.fixture
def processes(postgres_url: str) -> Iterator[tuple[Process, Process]]:
    databases = [open_database(postgres_url), open_database(postgres_url)]
    pair = Process(databases[0]), Process(databases[1])
    yield pair
    for process, database in zip(pair, databases, strict=True):
        process.signals.stop()
        database.close()


def test_listeners_of_the_own_process_are_told_at_once(database: Database) -> None:
    """本进程里立刻听到，别的话题不打扰。"""
    heard: list[str] = []
    signals = Signals(database)
    signals.listen("inbox", heard.append)

    signals.announce("inbox", "a")
    signals.announce("outbox", "b")

    assert heard == ["a"]


def test_another_process_hears_and_the_own_one_hears_once(processes: tuple[Process, Process]) -> None:
    """另一个进程听得到，发的人只听到一次；内容里有空格和中文也不走样。"""
    one, other = processes
    assert heard_by(other, one, "热身")

    one.heard.clear()
    other.heard.clear()
    one.signals.announce("webchat", "会话 一 号")

    assert eventually(lambda: "会话 一 号" in other.heard)
    assert one.heard.count("会话 一 号") == 1


def test_a_lost_connection_is_made_anew(processes: tuple[Process, Process], postgres_url: str) -> None:
    """监听的连接断了会自己重连。"""
    one, other = processes
    assert heard_by(other, one, "热身")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' and pid <> pg_backend_pid()"
        )
    other.heard.clear()

    assert heard_by(other, one, "再来")


def test_what_is_no_signal_of_ours_does_not_deafen_a_process(
    processes: tuple[Process, Process], postgres_url: str
) -> None:
    """频道里来了看不懂的内容、某个听者出错，后面的照样听得到。"""
    one, other = processes

    def fail(_: str) -> None:
        raise RuntimeError("listener")

    other.signals.listen("broken", fail)
    assert heard_by(other, one, "热身")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"notify {PG_CHANNEL}, 'hello'")
    one.signals.announce("broken")
    other.heard.clear()

    assert heard_by(other, one, "还在")
