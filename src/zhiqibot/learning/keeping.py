"""Keeping messages for review: one statement in the caller's unit of work, and only for the few that are doubtful."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, and_, delete, exists, func, literal, select, update
from sqlalchemy.orm import Session

from zhiqibot.content.intents import OUT_OF_SCOPE, bare_form
from zhiqibot.core.crypto import Vault
from zhiqibot.core.ids import new_id
from zhiqibot.dialogue.doubts import Doubtful, Why
from zhiqibot.learning.masking import masked
from zhiqibot.learning.model import MessageForReview, Reason, State
from zhiqibot.storage.capabilities import Capabilities
from zhiqibot.storage.columns import table_of

REPORT = "report_issue"
MIN_CHARS = 2
"""A message of one character teaches nothing."""
_REASONS = {
    Why.UNSURE: Reason.UNSURE,
    Why.CORRECTED: Reason.CORRECTED,
    Why.NOT_UNDERSTOOD: Reason.NOT_UNDERSTOOD,
}
_TABLE: Table = table_of(MessageForReview)


@dataclass(frozen=True)
class Limits:
    """How many messages are kept, and for how long."""

    per_day: int = 200
    most_open: int = 1000
    days: int = 90


@dataclass(frozen=True)
class Rerouted:
    """A ticket that went to another unit than the one its first message led to; `unit` is empty while it waits."""

    ticket_id: str
    text: str
    topic: str
    unit: str = ""
    unit_topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Keeping:
    """The notebook of the dialogue, in the database."""

    vault: Vault
    limits: Limits = Limits()
    private: Callable[[str], bool] = lambda _: False
    """Tells what belongs to the confidential lane: that is seen by supervisors only, and never kept."""
    below: float = 0.4
    outside_below: float = 0.9

    def doubts(self, intent: str, confidence: float) -> Why | None:
        """Return why a reading is worth a second look, or None."""
        if intent == OUT_OF_SCOPE:
            return Why.NOT_UNDERSTOOD if confidence < self.outside_below else None
        return Why.UNSURE if confidence < self.below else None

    def keep(self, session: Session, message: Doubtful, now: datetime) -> None:
        """Keep a message unless it is confidential, known already, or one too many."""
        row = {
            "role": message.role,
            "intent": message.intent,
            "confidence": message.confidence,
            "runner_up": (*message.ranking[1:2], "")[0],
            "ranking": list(message.ranking),
            "topic": message.topic,
            "reason": _REASONS[message.why],
            "became": message.became,
        }
        self._insert(session, message.key, masked(message.text, message.names), row, now, asked=message.asked)

    def became(self, session: Session, key: str, intent: str, *, corrected: bool) -> None:
        """Note what the person chose after the message `key`; nothing happens if it was not kept."""
        changes = {"became": intent} | ({"reason": Reason.CORRECTED} if corrected else {})
        self._change(session, key, changes)

    def reroute(self, session: Session, ticket: Rerouted, now: datetime) -> None:
        """Keep the message a ticket began with, once; a later unit takes the place of an earlier one."""
        key = f"ticket:{ticket.ticket_id}"
        known = {"unit": ticket.unit[:120], "unit_topics": list(ticket.unit_topics)}
        if ticket.unit and self._change(session, key, known):
            return
        row = {"role": "enterprise", "intent": REPORT, "ranking": [REPORT], "topic": ticket.topic}
        self._insert(session, key, masked(ticket.text), row | known | {"reason": Reason.REROUTED}, now)

    def forget(self, session: Session, now: datetime) -> None:
        """Delete what has been kept long enough, whatever became of it."""
        before = now - timedelta(days=self.limits.days)
        session.execute(delete(MessageForReview).where(MessageForReview.kept_at < before))

    def text_of(self, row: MessageForReview) -> str:
        """Return a kept message (masked)."""
        return self.vault.open(row.text, "message_for_review", "text", row.id)

    def asked_of(self, row: MessageForReview) -> str:
        """Return what the product had asked, or nothing."""
        return self.vault.open(row.asked, "message_for_review", "asked", row.id) if row.asked else ""

    # -- helpers ------------------------------------------------------------------------------------------------

    def _insert(
        self, session: Session, key: str, text: str, facts: Mapping[str, Any], now: datetime, *, asked: str = ""
    ) -> None:
        if len(text) < MIN_CHARS or self.limits.per_day < 1 or self.private(text):
            return
        row_id = new_id()
        said = masked(asked)
        row = {
            **_EMPTY,
            **facts,
            "id": row_id,
            "key": _digest(key),
            "digest": self.vault.mac(f"{facts['role']}\0{bare_form(text)}", "message_for_review"),
            "text": self.vault.seal(text, "message_for_review", "text", row_id),
            "asked": self.vault.seal(said, "message_for_review", "asked", row_id) if said else None,
            "kept_at": now,
        }
        session.execute(self._unless_full(session, row, now))

    def _unless_full(self, session: Session, row: Mapping[str, Any], now: datetime) -> Any:
        """Build the one statement that keeps a row, counts, and looks for the same sentence."""
        columns = _TABLE.c
        others = _TABLE.alias()  # PostgreSQL and SQLite both read the table as it was before the statement
        since = now - timedelta(days=1)
        recent = select(func.count()).select_from(others).where(others.c.kept_at > since).scalar_subquery()
        waiting = select(func.count()).select_from(others).where(others.c.state == State.OPEN).scalar_subquery()
        same = exists().where(others.c.digest == row["digest"])
        values = select(*(literal(row[name], columns[name].type).label(name) for name in row))
        room = and_(recent < self.limits.per_day, waiting < self.limits.most_open, ~same)
        insert = Capabilities.for_dialect(session.get_bind().dialect.name).insert_new(MessageForReview, "key")
        return insert.from_select(list(row), values.where(room), include_defaults=False)

    def _change(self, session: Session, key: str, changes: Mapping[str, Any]) -> bool:
        found = session.execute(
            update(_TABLE)
            .where(_TABLE.c.key == _digest(key), _TABLE.c.state == State.OPEN)
            .values(**changes)
            .returning(_TABLE.c.id)
        )
        return found.first() is not None


_EMPTY: Mapping[str, Any] = {
    "confidence": None,
    "runner_up": "",
    "topic": "",
    "became": "",
    "unit": "",
    "unit_topics": [],
    "state": State.OPEN,
    "settled_at": None,
    "label": "",
    "label_topic": "",
}


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
