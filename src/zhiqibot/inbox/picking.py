"""Which pending messages a worker takes: the first of each conversation, and a suspect alone."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, literal_column, select

from zhiqibot.inbox.model import InboxMessage, InboxState

SUSPICIOUS = 2
"""One interruption may befall any batch; going one by one after it would make a restart under load slow."""


def pending() -> ColumnElement[bool]:
    """Return the condition of a message that waits for its handling."""
    return InboxMessage.state == literal_column(str(int(InboxState.PENDING)))  # literal: the index is partial


def first_messages(keys: Sequence[str], most: int) -> Select[InboxMessage]:
    """Return a query for the first `most` of each conversation: a flood in one must not crowd out the others."""
    place = func.row_number().over(partition_by=InboxMessage.conversation_key, order_by=InboxMessage.id)
    numbered = select(InboxMessage.id, place.label("place")).where(pending(), InboxMessage.conversation_key.in_(keys))
    ranked = numbered.subquery()
    first = select(ranked.c.id).where(ranked.c.place <= most)
    return select(InboxMessage).where(InboxMessage.id.in_(first)).order_by(InboxMessage.id)


def suspects_alone(rows: Sequence[InboxMessage]) -> dict[str, list[InboxMessage]]:
    """Group messages by conversation; where one was begun SUSPICIOUS times and never ended, return only the first of its own.

    Such a message may be what kills the process: alone it uses up its own attempts and nobody else's."""
    claimed: dict[str, list[InboxMessage]] = {}
    for row in rows:
        of_conversation = claimed.setdefault(row.conversation_key, [])
        of_conversation.append(row)
        if row.attempts >= SUSPICIOUS and row.error is None:
            return {row.conversation_key: of_conversation[:1]}
    return claimed
