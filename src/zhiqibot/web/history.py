"""One visitor's conversation, merged from inbox and outbox, and a cursor that misses nothing.

When does a message stand in the conversation? What a person said: at `received_at`. What the bot said: when delivery
claimed the row, for until then it may be withdrawn, have no address yet or wait for its hour. Ids are of no use as a
cursor: a reminder gets its id days before it is sent, so it would sort before messages already shown and never be
read. `sent_at` is no better: it is taken before the send and committed after the whole batch, so a slow platform in
the same batch holds it back. A claim, however, is committed before the send, and leaves its mark for good: it moves
`due_at` to the moment of the claim + LEASE, and nothing moves it afterwards but another claim.

Both moments are taken a little before their commit, so commits may appear out of order by the length of one unit of
work. Reading "after a cursor" therefore starts OVERLAP earlier, and readers drop the ids they know. Should the clock
be put back, a cursor from the future is taken for now.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from zhiqibot.channels.webchat import thread_key
from zhiqibot.core.clock import Clock, local
from zhiqibot.core.crypto import Unreadable, Vault
from zhiqibot.core.messages import Attachment, InboundMessage, OutboundMessage
from zhiqibot.inbox.model import InboxMessage
from zhiqibot.outbox.delivery import LEASE
from zhiqibot.outbox.model import OutboxMessage, OutboxState
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.storage.database import Database

OVERLAP = timedelta(seconds=60)
"""Longer than a unit of work can take (storage: statement and busy time-outs)."""
PAGE = 30
MAX_NEW = 300
"""More than this since the cursor, and the page starts over with the newest."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{1,17})-([0-9a-z]{26})")

Item = dict[str, Any]
"""One message as the page gets it; `id` is unique, `cursor` is its place."""


@dataclass(frozen=True, order=True)
class Position:
    """A place in a conversation."""

    moment: datetime
    id: str

    def __str__(self) -> str:
        return f"{(self.moment - _EPOCH) // timedelta(microseconds=1)}-{self.id}"


def read_position(cursor: str) -> Position | None:
    """Read a cursor a page sends back; None when it is none of ours."""
    match = _CURSOR.fullmatch(cursor)
    return Position(_EPOCH + timedelta(microseconds=int(match[1])), match[2]) if match else None


@dataclass(frozen=True)
class History:
    """Reads conversations; blocking, so call it in a thread."""

    database: Database
    vault: Vault
    outbox: Outbox
    clock: Clock

    def latest(self, visitor: str, before: Position | None = None, limit: int = PAGE) -> tuple[list[Item], bool]:
        """Return the last messages (before a place), oldest first, and whether there are earlier ones."""
        placed = self._placed(visitor, None, before, limit + 1)
        return [item for _, item in placed[-limit:]], len(placed) > limit

    def since(self, visitor: str, moment: datetime) -> list[Item] | None:
        """Return what may be new after `moment`, oldest first, with up to OVERLAP of what was there before.

        None when there is more than MAX_NEW."""
        start = min(moment, self.clock()) - OVERLAP
        placed = self._placed(visitor, start, None, MAX_NEW + 1)
        return None if len(placed) > MAX_NEW else [item for _, item in placed]

    def was_sent_file(self, visitor: str, file_id: str) -> bool:
        """Tell whether the bot sent this visitor a message with this file."""
        with self.database.read() as session:
            rows = session.scalars(select(OutboxMessage).where(*_handed_over(visitor))).all()
        messages = (self._message(row) for row in rows)
        return any(part and part.reference == file_id for one in messages if one for part in (one.image, one.file))

    def _placed(
        self, visitor: str, after: datetime | None, before: Position | None, limit: int
    ) -> list[tuple[Position, Item]]:
        received, due = InboxMessage.received_at, OutboxMessage.due_at
        said = select(InboxMessage).where(InboxMessage.conversation_key == thread_key(visitor))
        answered = select(OutboxMessage).where(*_handed_over(visitor))
        if after:
            said, answered = said.where(received > after), answered.where(due > after + LEASE)
        if before:
            said = said.where(_earlier(received, InboxMessage.id, before.moment, before.id))
            answered = answered.where(_earlier(due, OutboxMessage.id, before.moment + LEASE, before.id))
        with self.database.read() as session:
            inbound = session.scalars(said.order_by(received.desc(), InboxMessage.id.desc()).limit(limit)).all()
            outbound = session.scalars(answered.order_by(due.desc(), OutboxMessage.id.desc()).limit(limit)).all()
        placed = self._said(inbound) + self._answered(outbound)
        return sorted(placed, key=lambda pair: pair[0])[-limit:]

    def _said(self, rows: Sequence[InboxMessage]) -> list[tuple[Position, Item]]:
        placed = []
        for row in rows:
            try:
                opened = self.vault.open(row.payload, "inbox_message", "payload", row.id)
            except Unreadable:  # content that aged out leaves its row behind
                continue
            message = InboundMessage.model_validate_json(opened)
            place = Position(row.received_at, row.id)
            placed.append((place, _item(place, "me") | _shown_inbound(message)))
        return placed

    def _answered(self, rows: Sequence[OutboxMessage]) -> list[tuple[Position, Item]]:
        placed = []
        for row in rows:
            message = self._message(row)
            if message:
                place = Position(row.due_at - LEASE, row.id)
                placed.append((place, _item(place, "bot") | _shown_outbound(message)))
        return placed

    def _message(self, row: OutboxMessage) -> OutboundMessage | None:
        try:
            return self.outbox.read(row)
        except Unreadable:
            return None


def _handed_over(visitor: str) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxMessage.thread == thread_key(visitor),
        OutboxMessage.attempts > 0,
        OutboxMessage.state.in_((OutboxState.DUE, OutboxState.SENT)),
    )


def _earlier(
    column: InstrumentedAttribute[datetime], ids: InstrumentedAttribute[str], moment: datetime, row_id: str
) -> ColumnElement[bool]:
    return or_(column < moment, and_(column == moment, ids < row_id))


def _item(place: Position, sender: str) -> Item:
    moment = local(place.moment).isoformat(timespec="milliseconds")
    return {"type": "message", "id": place.id, "cursor": str(place), "at": moment, "from": sender}


def _shown_inbound(message: InboundMessage) -> Item:
    return {
        "client_id": message.message_id.partition(":")[2],
        "text": message.text,
        "button": message.button,
        "files": [shown_file(attachment) for attachment in message.attachments],
    }


def _shown_outbound(message: OutboundMessage) -> Item:
    return {
        "text": message.text,
        "card": message.card.model_dump() if message.card else None,
        "items": list(message.items),
        "buttons": [button.model_dump() for button in message.buttons],
        "image": shown_file(message.image) if message.image else None,
        "file": shown_file(message.file) if message.file else None,
    }


def shown_file(attachment: Attachment) -> Item:
    """Return a file as the page gets it."""
    return {
        "id": "" if ":" in attachment.reference else attachment.reference,  # `platform:<id>` is not in our store
        "kind": attachment.kind,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
    }
