"""Units of work on both engines: whole or not at all, and writers that wait instead of failing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from zhiqibot.storage.counter import Counter, next_number
from zhiqibot.storage.database import Database, open_database


def two_processes(url: str) -> tuple[Database, Database]:
    """Two connections pools without a common gate: as two processes would have them."""
    first = open_database(url)
    first.create_tables()
    return first, open_database(url)


def test_an_embedded_database_is_written_safely(tmp_path: Path) -> None:
    """SQLite 用 WAL、FULL、外键开启，并愿意等锁。"""
    database = open_database(f"sqlite:///{tmp_path / 'deep' / 'a.db'}")

    with database.read() as session:
        pragmas = [
            session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    database.close()
    assert pragmas == ["wal", 2, 1, 10_000]


@pytest.mark.parametrize("url", ["mysql://root@localhost/x", "oracle://x"])
def test_another_engine_is_refused_in_words(url: str) -> None:
    """别的数据库类型当场说明不支持。"""
    with pytest.raises((ValueError, ImportError), match=r"不受支持|No module"):
        open_database(url)


def test_an_error_undoes_the_whole_unit(database: Database) -> None:
    """一个工作单元出错，前面写的全部撤销。"""

    def fail() -> None:
        with database.write() as session:
            next_number(session, "x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    with database.read() as session:
        assert session.execute(select(func.count()).select_from(Counter)).scalar_one() == 0


def test_writers_that_read_first_never_fail_as_busy(tmp_path: Path) -> None:
    """两个进程都先读后写，谁也不会得到 BUSY_SNAPSHOT，一次更新也不丢。"""
    databases = two_processes(f"sqlite:///{tmp_path / 'a.db'}")

    def raise_by_one(database: Database) -> None:
        with database.write() as session:
            counter = session.get(Counter, "n")
            session.merge(Counter(name="n", value=(counter.value if counter else 0) + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(raise_by_one, databases * 40))

    with databases[0].read() as session:
        assert session.get_one(Counter, "n").value == 80
    for database in databases:
        database.close()


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    """写入未提交时照样能读，读到的是提交前的样子。"""
    with database.write() as writing:
        next_number(writing, "x")
        writing.flush()

        with ThreadPoolExecutor(1) as pool:
            seen = pool.submit(count_counters, database).result(timeout=5)
    assert seen == 0
    assert count_counters(database) == 1


def count_counters(database: Database) -> int:
    with database.read() as session:
        return session.execute(select(func.count()).select_from(Counter)).scalar_one()


def test_concurrent_writers_get_numbers_without_gap_or_double(database_url: str) -> None:
    """多线程、两个进程同时取号：从 1 连号，不重不漏，回滚的不占号。"""
    databases = two_processes(database_url)
    start = threading.Barrier(6)

    def take(worker: int) -> list[int]:
        start.wait()
        taken = []
        for turn in range(15):
            try:
                with databases[worker % 2].write() as session:
                    number = next_number(session, "ticket:261123")
                    if turn % 5 == 4:
                        raise RuntimeError
                taken.append(number)
            except RuntimeError:
                continue
        return taken

    with ThreadPoolExecutor(6) as pool:
        numbers = [number for taken in pool.map(take, range(6)) for number in taken]

    assert sorted(numbers) == list(range(1, 6 * 12 + 1))
    for database in databases:
        database.close()


def test_each_series_counts_for_itself(database: Database) -> None:
    """不同系列各自从 1 起。"""
    with database.write() as session:
        assert [next_number(session, name) for name in ("a", "b", "a")] == [1, 1, 2]
