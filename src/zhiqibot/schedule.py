"""The timetable. APScheduler only ticks; what is due is decided by the product's own clock and by keys in the database,
so a job happens once over restarts and processes, and a stopped process catches up."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.orm import Session

from zhiqibot.core.clock import Clock
from zhiqibot.storage.database import Database
from zhiqibot.storage.jobs import first_run

logger = logging.getLogger(__name__)

TICK_S = 30


@dataclass(frozen=True)
class Job:
    """Something to do once per `period`: a key such as `due-reminders:2026-12-01`, or None while it is not due."""

    period: Callable[[datetime], str | None]
    run: Callable[[Session, datetime], object]


@dataclass
class Schedule:
    """Runs jobs in a background thread; each job with its key is one unit of work."""

    database: Database
    clock: Clock
    jobs: Sequence[Job]
    on_done: Callable[[], None] = lambda: None
    _done: set[str] = field(default_factory=set)
    _scheduler: BackgroundScheduler = field(default_factory=lambda: BackgroundScheduler(timezone="Asia/Shanghai"))

    def start(self) -> None:
        """Tick from now on."""
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=TICK_S,
            max_instances=1,
            coalesce=True,
            next_run_time=datetime.now().astimezone(),
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Let the running job end."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def tick(self) -> int:
        """Run what is due and has not run; return how many jobs did."""
        ran = 0
        now = self.clock()
        for job in self.jobs:
            key = job.period(now)
            if key is None or key in self._done:
                continue
            try:
                with self.database.write() as session:
                    if first_run(session, key, now):
                        job.run(session, now)
                        ran += 1
                self._done.add(key)
            except Exception:  # one job must not stop the others; it is tried again at the next tick
                logger.exception("job %s failed", key)
        if ran:
            self.on_done()
        return ran
