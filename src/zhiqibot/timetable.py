"""What the product does by the clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from zhiqibot.app import Product
from zhiqibot.core.clock import local
from zhiqibot.inbox.model import InboxMessage, InboxState
from zhiqibot.outbox.model import OutboxMessage, OutboxState
from zhiqibot.schedule import Job
from zhiqibot.topics.tickets.reminders import Reminders

KEEP_MESSAGES = timedelta(days=400)
"""Raw messages are personal data and age out; not before the year of logs the regulations ask for."""
CLEAN_HOUR = 3


def jobs(product: Product) -> Sequence[Job]:
    """Return the jobs of one deployment."""
    reminders = Reminders(product.tickets)

    def due_reminders(now: datetime) -> str | None:
        return f"due-reminders:{_day(now)}" if reminders.due(now) else None

    def clean_up(now: datetime) -> str | None:
        return f"clean-up:{_day(now)}" if local(now).hour >= CLEAN_HOUR else None

    def kept_messages(now: datetime) -> str | None:
        return f"kept-messages:{_day(now)}"

    def sessions(now: datetime) -> str | None:
        return f"sessions:{_day(now)}"

    def service_day(now: datetime) -> str | None:
        return product.outreach.service_day_due(now)

    def policy_answers(now: datetime) -> str | None:
        return f"policy-answers:{local(now):%Y-%m-%d-%H}"

    return (
        Job(due_reminders, reminders.run),
        Job(sessions, product.events.ensure_sessions),
        Job(service_day, product.outreach.remind_service_day),
        Job(product.policy_changes.due, product.policy_changes.run),
        Job(policy_answers, product.policy_gaps.tell_waiting),
        Job(clean_up, forget_old_messages),
        Job(kept_messages, product.keeping.forget),
    )


def forget_old_messages(session: Session, now: datetime) -> None:
    """Delete handled messages and finished notices past their keeping time."""
    before = now - KEEP_MESSAGES
    session.execute(
        delete(InboxMessage).where(InboxMessage.received_at < before, InboxMessage.state == InboxState.HANDLED)
    )
    session.execute(
        delete(OutboxMessage).where(OutboxMessage.created_at < before, OutboxMessage.state != OutboxState.DUE)
    )


def _day(now: datetime) -> str:
    return local(now).date().isoformat()
