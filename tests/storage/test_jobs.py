"""A job with a key runs once, whoever races for it; the timetable catches up and tries again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from zhiqibot.schedule import Job, Schedule
from zhiqibot.storage.counter import Counter, next_number
from zhiqibot.storage.database import Database, open_database
from zhiqibot.storage.jobs import first_run

KEY = "due-reminders:2026-11-23"


def test_of_racing_threads_exactly_one_runs_the_job(database_url: str, now: datetime) -> None:
    """多个进程同时抢同一件定时任务，只有一个抢到。"""
    databases = [open_database(database_url), open_database(database_url)]
    databases[0].create_tables()
    start = threading.Barrier(8)

    def race(worker: int) -> bool:
        start.wait()
        with databases[worker % 2].write() as session:
            return first_run(session, KEY, now)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(race, range(8))) == 1
    for database in databases:
        database.close()


def test_a_job_that_failed_may_run_again(database: Database, now: datetime) -> None:
    """任务所在的单元回滚，等于没抢过。"""

    def fail() -> None:
        with database.write() as session:
            assert first_run(session, KEY, now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    with database.write() as session:
        assert first_run(session, KEY, now)
        assert not first_run(session, KEY, now)


class Timetable:
    """A schedule with one daily job that counts its runs in the database and fails as often as told."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now, self.failures, self.woken = database, now, 0, 0
        self.schedule = self.process()

    def process(self) -> Schedule:
        job = Job(lambda now: f"job:{now.date()}" if now.hour >= 9 else None, self.run)
        return Schedule(self.database, lambda: self.now, [job], on_done=self.wake)

    def run(self, session: Session, now: datetime) -> None:
        next_number(session, "runs")
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not now")

    def wake(self) -> None:
        self.woken += 1

    def runs(self) -> int:
        with self.database.read() as session:
            counter = session.get(Counter, "runs")
            return counter.value if counter else 0


@pytest.fixture
def timetable(database: Database, now: datetime) -> Timetable:
    return Timetable(database, now)


def test_a_daily_job_runs_once_a_day_over_restarts_and_processes(timetable: Timetable) -> None:
    """每天的任务，再次触发、重启、另一个进程都不会重做，第二天再做。"""
    ran = [timetable.schedule.tick(), timetable.schedule.tick(), timetable.process().tick()]
    timetable.now += timedelta(days=1)

    assert [*ran, timetable.schedule.tick()] == [1, 0, 0, 1]
    assert (timetable.runs(), timetable.woken) == (2, 2)


def test_a_job_waits_for_its_hour_and_is_caught_up_on_later(timetable: Timetable) -> None:
    """没到点不做；停机错过了点，回来补做。"""
    timetable.now = timetable.now.replace(hour=8)
    assert timetable.schedule.tick() == 0

    timetable.now = timetable.now.replace(hour=17)
    assert timetable.process().tick() == 1


def test_a_failing_job_is_tried_again_and_leaves_nothing_behind(timetable: Timetable) -> None:
    """任务出错不留半截结果，下次再试，别的任务不受影响。"""
    timetable.failures = 1
    later = Job(lambda now: "other", lambda session, now: next_number(session, "other"))
    timetable.schedule.jobs = [*timetable.schedule.jobs, later]

    assert timetable.schedule.tick() == 1
    assert timetable.runs() == 0
    assert timetable.schedule.tick() == 1
    assert timetable.runs() == 1


def test_a_started_timetable_ticks_by_itself_and_stops(timetable: Timetable) -> None:
    """启动后自己会走，停止时等手头的做完。"""
    done = threading.Event()
    timetable.schedule.on_done = done.set

    timetable.schedule.start()
    assert done.wait(10)
    timetable.schedule.stop()
    assert timetable.runs() == 1
