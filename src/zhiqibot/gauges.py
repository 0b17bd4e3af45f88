"""What a running process tells about itself: readiness and numbers for monitoring."""

from collections.abc import Mapping

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from zhiqibot.inbox.model import InboxMessage, InboxState
from zhiqibot.outbox.model import OutboxMessage
from zhiqibot.storage.database import Database


def readiness(database: Database, *, loaded: bool) -> Mapping[str, bool]:
    """Tell whether the database answers and language has been loaded."""
    try:
        with database.read() as session:
            session.execute(text("select 1"))
    except SQLAlchemyError:
        return {"database": False, "language": loaded}
    return {"database": True, "language": loaded}


def numbers(database: Database) -> Mapping[str, float]:
    """Return how many messages wait, were set aside, and stand in which state of delivery."""
    with database.read() as session:
        inbox = select(func.count()).select_from(InboxMessage).where(InboxMessage.state == InboxState.PENDING)
        aside = select(func.count()).select_from(InboxMessage).where(InboxMessage.state == InboxState.SET_ASIDE)
        found = {
            "zhiqibot_inbox_pending": float(session.execute(inbox).scalar_one()),
            "zhiqibot_inbox_set_aside": float(session.execute(aside).scalar_one()),
        }
        states = select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)
        for state, count in session.execute(states):
            found[f'zhiqibot_outbox_messages{{state="{int(state)}"}}'] = float(count)
    return found
