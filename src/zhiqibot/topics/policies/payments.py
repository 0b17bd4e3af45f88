"""What applications need of the place where they are filed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from zhiqibot.core.people import Speaker


class Payments(Protocol):
    """Where applications are filed; the tickets' side of it."""

    def preview(self, session: Session, enterprise_id: str, description: str, now: datetime) -> tuple[str, str]:
        """Return (unit, deadline in words)."""
        ...

    def waiting(self, session: Session, enterprise_id: str, policy_id: str) -> str:
        """Return the number of an application of this enterprise for this benefit that is not settled yet, or nothing."""
        ...

    def open(
        self,
        session: Session,
        speaker: Speaker,
        *,
        enterprise_id: str,
        title: str,
        description: str,
        policy_id: str | None,
        files: Sequence[Mapping[str, Any]],
        now: datetime,
    ) -> tuple[str, str, str]:
        """File and return (number, unit, deadline in words)."""
        ...
