"""Whatever people do in whatever order: only the allowed transitions happen, each with its history row."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.tickets.conftest import Ledger
from zhiqibot.core.clock import SHANGHAI
from zhiqibot.core.crypto import new_vault
from zhiqibot.core.errors import NotFound, PersonError
from zhiqibot.storage.database import open_database
from zhiqibot.topics.tickets.model import OPEN, Event, Status

PEOPLE = st.sampled_from(["owner", "rival", "cadre", "clerk-power", "clerk-gas", "office", "supervisor"])
UNITS = st.sampled_from(["unit-power", "unit-gas", "unit-land"])

ALLOWED: dict[Event, set[tuple[str, str]]] = {
    Event.REPORTED: {("", Status.REGISTERED)},
    Event.ASSIGNED: {
        (before, Status.ASSIGNED)
        for before in (Status.REGISTERED, Status.ASSIGNED, Status.RETURNED, Status.IN_PROGRESS)
    },
    Event.ACCEPTED: {(Status.ASSIGNED, Status.IN_PROGRESS), (Status.RETURNED, Status.IN_PROGRESS)},
    Event.PROGRESS: {(Status.ASSIGNED, Status.IN_PROGRESS), (Status.IN_PROGRESS, Status.IN_PROGRESS)},
    Event.RETURNED: {(Status.ASSIGNED, Status.RETURNED), (Status.IN_PROGRESS, Status.RETURNED)},
    Event.RESOLVED: {(Status.ASSIGNED, Status.RESOLVED), (Status.IN_PROGRESS, Status.RESOLVED)},
    Event.RATED: {(Status.RESOLVED, Status.CLOSED)},
    Event.REOPENED: {(Status.RESOLVED, Status.IN_PROGRESS)},
    Event.WITHDRAWN: {(status, Status.WITHDRAWN) for status in OPEN},
    Event.ADDED: {(status, status) for status in OPEN},
    Event.URGED: {("", "")},
    Event.EXTENDED: {("", "")},
    Event.SUPERVISED: {("", "")},
}
"""Which change of state each event may cause."""


class OneTicket(RuleBasedStateMachine):
    """One ticket, everybody's actions in any order."""

    @initialize()
    def begin(self) -> None:
        self.database = open_database("sqlite://")
        self.database.create_tables()
        self.ledger = Ledger(self.database, new_vault(), datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI))
        self.number = self.ledger.report()
        self.done = 2  # history rows: reported, assigned

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()

    def act(self, who: str, what: Any, *arguments: Any) -> None:
        before = self.ledger.ticket(self.number)
        try:
            self.ledger.do(who, what, self.number, *arguments)
        except NotFound:
            return
        except PersonError:
            after = self.ledger.ticket(self.number)
            assert (after.status, after.unit_id, after.due_on) == (before.status, before.unit_id, before.due_on)
            return
        assert who != "rival"
        self.done += 1

    @rule(who=PEOPLE)
    def accept(self, who: str) -> None:
        self.act(who, self.ledger.handling.accept)

    @rule(who=PEOPLE)
    def progress(self, who: str) -> None:
        self.act(who, self.ledger.handling.progress, "在办")

    @rule(who=PEOPLE)
    def resolve(self, who: str) -> None:
        self.act(who, self.ledger.handling.resolve, "办好了")

    @rule(who=PEOPLE)
    def return_(self, who: str) -> None:
        self.act(who, self.ledger.handling.return_, "不归我")

    @rule(who=PEOPLE, unit=UNITS)
    def assign(self, who: str, unit: str) -> None:
        self.act(who, self.ledger.handling.assign, unit)

    @rule(who=PEOPLE)
    def supervise(self, who: str) -> None:
        self.act(who, self.ledger.handling.supervise)

    @rule(who=PEOPLE, days=st.integers(-3, 40))
    def extend(self, who: str, days: int) -> None:
        self.act(who, self.ledger.handling.extend, self.ledger.now.date() + timedelta(days=days), "订货")

    @rule(who=PEOPLE)
    def urge(self, who: str) -> None:
        self.act(who, self.ledger.service.urge)

    @rule(who=PEOPLE)
    def add(self, who: str) -> None:
        self.act(who, self.ledger.service.add, "补充一句")

    @rule(who=PEOPLE)
    def withdraw(self, who: str) -> None:
        self.act(who, self.ledger.service.withdraw)

    @rule(who=PEOPLE, score=st.integers(-1, 7))
    def rate(self, who: str, score: int) -> None:
        self.act(who, self.ledger.scoring.rate, score, "")

    @rule(days=st.integers(1, 5))
    def time_passes(self, days: int) -> None:
        self.ledger.pass_days(days)

    @invariant()
    def every_change_has_its_row_and_is_allowed(self) -> None:
        if not hasattr(self, "ledger"):
            return
        history = self.ledger.history(self.number)
        assert len(history) == self.done
        assert all((row.status_from, row.status_to) in ALLOWED[Event(row.event)] for row in history)

    @invariant()
    def the_history_tells_how_it_came_to_be_where_it_is(self) -> None:
        if not hasattr(self, "ledger"):
            return
        moves = [row for row in self.ledger.history(self.number) if row.status_to]
        ticket = self.ledger.ticket(self.number)
        assert all(one.status_to == other.status_from for one, other in pairwise(moves))
        assert moves[-1].status_to == ticket.status
        assert (ticket.score is None) or 1 <= ticket.score <= 5


TestOneTicket = OneTicket.TestCase
TestOneTicket.__doc__ = "任意的人按任意顺序操作一件诉求：只发生允许的变化，每次变化都有一行台账。"
TestOneTicket.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
