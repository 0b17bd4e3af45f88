"""Links to an enterprise's printable report: sealed, so that nobody can make or read one, and good for a few days."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhiqibot.core.clock import local
from zhiqibot.core.crypto import Unreadable, Vault

GOOD_FOR = timedelta(days=3)
PATH = "/print/policies/"
_PLACE = ("link", "policy_report", "1")
LONGEST = 400


@dataclass(frozen=True)
class ReportLinks:
    """Makes and opens links; whoever has one may read that one enterprise's report until it expires."""

    vault: Vault
    base_url: str = ""
    """Where people reach the web side, e.g. https://zq.example.gov.cn; without a closing slash."""

    def make(self, enterprise_id: str, now: datetime) -> str:
        """Return the address of an enterprise's report."""
        until = int((now + GOOD_FOR).timestamp())
        sealed = self.vault.seal(f"{until}:{enterprise_id}", *_PLACE)
        return f"{self.base_url}{PATH}{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"

    def open(self, token: str, now: datetime) -> str | None:
        """Return the enterprise a token was made for; None when it was not made here, was changed or has expired."""
        if len(token) > LONGEST:
            return None
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            until, _, enterprise_id = self.vault.open(sealed, *_PLACE).partition(":")
        except (Unreadable, binascii.Error, ValueError):
            return None
        return enterprise_id if int(until) > now.timestamp() else None

    def until(self, now: datetime) -> str:
        """Return until when a link made now is good, in words."""
        day = local(now + GOOD_FOR)
        return f"{day.month}月{day.day}日"
