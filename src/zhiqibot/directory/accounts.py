"""Platform accounts: who is speaking, and binding an account to a person by invitation code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.core.crypto import Vault
from zhiqibot.core.errors import PersonError
from zhiqibot.core.ids import new_id
from zhiqibot.core.messages import InboundMessage, conversation_key
from zhiqibot.directory.model import Account, Invitation, Person

MAX_WRONG_CODES = 5
WRONG_CODE_WINDOW = timedelta(hours=1)
_KNOWN = "zhiqibot.accounts"
SEEN_STEP = timedelta(minutes=10)
"""How stale `seen_at` may get before it is written again: not on every message."""


class WrongCode(PersonError):
    """The code opens nothing."""

    text = (
        "这个邀请码没有通过核验（可能输错、过期或已经用过）。请核对后再发一次；"
        "没有邀请码可以联系{office}（{phone}）领取。"
    )


class TooManyWrongCodes(PersonError):
    """Somebody may be guessing."""

    text = "邀请码连续输错次数较多，为保护企业信息，请一小时后再试，或联系{office}（{phone}）协助绑定。"


@dataclass(frozen=True)
class Accounts:
    """Finds and binds accounts, in the caller's unit of work."""

    vault: Vault
    office_name: str
    office_phone: str

    def find(self, session: Session, message: InboundMessage, now: datetime) -> Account:
        """Return the account a message came from, making it when it is new."""
        account = self.of_sender(session, message.channel, message.account, message.sender_id)
        if account is None:
            account = Account(
                id=new_id(),
                channel=message.channel,
                account=message.account,
                sender_id=message.sender_id,
                thread=conversation_key(message),
                address=message.conversation_id,
                seen_at=now,
                wrong_codes=0,
            )
            session.add(account)
            session.flush()
        elif now - account.seen_at > SEEN_STEP:
            account.seen_at = now
        if not message.group and account.address != message.conversation_id:
            account.thread, account.address = conversation_key(message), message.conversation_id
        return account

    def prefetch(self, session: Session, messages: Sequence[InboundMessage]) -> list[str]:
        """Look up the accounts of a batch of messages at once; return the ids of the people behind them."""
        senders = sorted({message.sender_id for message in messages})
        found = session.scalars(select(Account).where(Account.sender_id.in_(senders))).all()
        known = {(one.channel, one.account, one.sender_id): one for one in found}
        session.info[_KNOWN] = known
        return sorted({one.person_id for one in found if one.person_id})

    def of_sender(self, session: Session, channel: str, account: str, sender_id: str) -> Account | None:
        known: Account | None = session.info.get(_KNOWN, {}).get((channel, account, sender_id))
        if known is not None:
            return known
        query = select(Account).where(
            Account.channel == channel, Account.account == account, Account.sender_id == sender_id
        )
        return session.scalars(query).one_or_none()

    def bind(self, session: Session, account: Account, person: Person, now: datetime) -> None:
        """Make an account speak for a person."""
        account.person_id, account.bound_at, account.seen_at = person.id, now, now

    def redeem(self, session: Session, account: Account, code: str, now: datetime) -> Person:
        """Bind an account by invitation code and return the person.

        Raises WrongCode, or TooManyWrongCodes after MAX_WRONG_CODES within an hour (the right code included)."""
        facts = {"office": self.office_name, "phone": self.office_phone}
        if account.wrong_since is None or now - account.wrong_since > WRONG_CODE_WINDOW:
            account.wrong_codes, account.wrong_since = 0, now
        if account.wrong_codes >= MAX_WRONG_CODES:
            raise TooManyWrongCodes(**facts)
        code_hash = self.vault.mac(code.strip().upper(), "invitation")
        invitation = session.get(Invitation, code_hash, with_for_update=True)  # two at once must not both use it
        fresh = invitation and invitation.expires_at > now and (invitation.reusable or not invitation.used_at)
        person = session.get(Person, invitation.person_id) if invitation and fresh else None
        if invitation is None or person is None:
            account.wrong_codes += 1
            raise WrongCode(**facts)
        invitation.used_at = now
        self.bind(session, account, person, now)
        return person
