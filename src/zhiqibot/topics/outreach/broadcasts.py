"""群发: one confirmed text to a frozen audience, through the outbox, within what people put up with."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from zhiqibot.content.county import QuietHours
from zhiqibot.core.errors import Conflict, NotAllowed, NotFound
from zhiqibot.core.ids import new_id
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.core.people import Speaker
from zhiqibot.directory.model import Role
from zhiqibot.outbox.outbox import Notice, Outbox
from zhiqibot.topics.outreach.audience import Audience, Audiences, Recipient
from zhiqibot.topics.outreach.model import Campaign, CampaignRecipient, OptOut

CHUNK = 500
"""Recipients a statement."""
ANSWERS_WITHIN = timedelta(days=3)
"""For how long a reply such as “这个怎么申请？” is taken to mean the last broadcast."""

Receipts = Mapping[str, int]
"""How many messages of a campaign are in which state: due, sent, given_up, refused, no_address, withdrawn."""
ReceiptReader = Callable[[Session, str], Receipts]
T = TypeVar("T")


@dataclass(frozen=True)
class FrequencyCap:
    """At most `most` broadcasts a person within `window`; urgent ones are sent all the same."""

    most: int = 3
    window: timedelta = timedelta(days=7)


@dataclass(frozen=True)
class Draft:
    """A broadcast as the office wrote it."""

    content: str
    audience: Audience
    title: str = ""
    policy_id: str | None = None
    urgent: bool = False
    send_at: datetime | None = None


@dataclass(frozen=True)
class Preview:
    """What confirming would do, right now."""

    recipients: Sequence[Recipient]
    opted_out: int
    capped: int
    due_at: datetime
    audience_text: str

    @property
    def enterprises(self) -> int:
        return len({one.enterprise_id for one in self.recipients if one.enterprise_id})


@dataclass(frozen=True)
class BroadcastService:
    """Previews, sends, counts and stops broadcasts, in the caller's unit of work; office only."""

    audiences: Audiences
    outbox: Outbox
    quiet_hours: QuietHours
    receipts: ReceiptReader
    sender_name: str = ""
    cap: FrequencyCap = field(default_factory=FrequencyCap)

    def preview(self, session: Session, speaker: Speaker, draft: Draft, now: datetime) -> Preview:
        """Return who would get it and when; nothing is stored."""
        _office(speaker)
        everyone = self.audiences.people(session, draft.audience)
        left = set(session.scalars(select(OptOut.person_id)))
        willing = [one for one in everyone if one.person_id not in left]
        had_enough = set() if draft.urgent else self._had_enough(session, now)
        recipients = [one for one in willing if one.person_id not in had_enough]
        wished = max(draft.send_at or now, now)
        return Preview(
            recipients=recipients,
            opted_out=len(everyone) - len(willing),
            capped=len(willing) - len(recipients),
            due_at=wished if draft.urgent else self.quiet_hours.next_allowed(wished),
            audience_text=self.audiences.describe(session, draft.audience),
        )

    def send(self, session: Session, speaker: Speaker, draft: Draft, now: datetime) -> Campaign:
        """Freeze the audience and add a notice for each person. Raises Conflict when nobody would get it."""
        preview = self.preview(session, speaker, draft, now)
        if not preview.recipients:
            raise Conflict(reason=nobody(preview))
        campaign = Campaign(
            id=new_id(),
            created_by=speaker.person_id or "",
            created_at=now,
            send_at=preview.due_at,
            title=draft.title[:100],
            content=draft.content,
            policy_id=draft.policy_id,
            audience=draft.audience.as_json(),
            audience_text=preview.audience_text[:200],
            urgent=draft.urgent,
            total=len(preview.recipients),
            opted_out=preview.opted_out,
            capped=preview.capped,
        )
        session.add(campaign)
        session.flush()
        message = self.message(draft)
        for chunk in _chunks(preview.recipients):
            rows = [
                {"campaign_id": campaign.id, "person_id": one.person_id, "enterprise_id": one.enterprise_id}
                for one in chunk
            ]
            session.execute(insert(CampaignRecipient), rows)
            notices = [
                Notice(
                    f"broadcast:{campaign.id}:{one.person_id}",
                    one.person_id,
                    message,
                    due_at=preview.due_at,
                    campaign_id=campaign.id,
                )
                for one in chunk
            ]
            self.outbox.notify(session, notices, now)
        return campaign

    def message(self, draft: Draft) -> OutboundMessage:
        """Return what each person will read."""
        word = "【紧急通知】" if draft.urgent else "【通知】" if not draft.title else "【政策提醒】"
        heading = f"{draft.title}\n" if draft.title else ""
        signature = f"\n——{self.sender_name}" if self.sender_name else ""
        hint = "\n想了解怎么申请，直接回复“这个怎么申请”。" if draft.title else ""
        return OutboundMessage(text=f"{word}{heading}{draft.content}{signature}{hint}")

    def progress(self, session: Session, speaker: Speaker, campaign_id: str) -> tuple[Campaign, Receipts]:
        """Return a broadcast and how far it has got."""
        campaign = self._find(session, speaker, campaign_id)
        return campaign, self.receipts(session, campaign.id)

    def stop(self, session: Session, speaker: Speaker, campaign_id: str, now: datetime) -> int:
        """Take back what was not sent yet; return how many messages that were. Raises Conflict when all are sent."""
        campaign = self._find(session, speaker, campaign_id)
        before = self.receipts(session, campaign.id)
        waiting = before.get("due", 0) + before.get("no_address", 0)
        if not waiting:
            raise Conflict(reason="这条通知没有待发的消息了，已经送达的无法收回；需要更正的话，请再发一条说明。")
        self.outbox.withdraw(session, f"broadcast:{campaign.id}:")
        campaign.stopped_at = now
        return waiting

    def last_to(
        self, session: Session, person_id: str, now: datetime, within: timedelta = ANSWERS_WITHIN
    ) -> Campaign | None:
        """Return the broadcast a person got last, if that is not long ago."""
        query = (
            select(Campaign)
            .join(CampaignRecipient, CampaignRecipient.campaign_id == Campaign.id)
            .where(
                CampaignRecipient.person_id == person_id,
                Campaign.send_at.between(now - within, now),
                Campaign.stopped_at.is_(None),
            )
            .order_by(Campaign.send_at.desc(), Campaign.id.desc())
            .limit(1)
        )
        return session.scalars(query).first()

    def _find(self, session: Session, speaker: Speaker, campaign_id: str) -> Campaign:
        _office(speaker)
        campaign = session.get(Campaign, campaign_id)
        if campaign is None:
            raise NotFound(what="这条群发通知")
        return campaign

    def _had_enough(self, session: Session, now: datetime) -> Collection[str]:
        query = (
            select(CampaignRecipient.person_id)
            .join(Campaign, Campaign.id == CampaignRecipient.campaign_id)
            .where(Campaign.created_at > now - self.cap.window, Campaign.stopped_at.is_(None))
            .group_by(CampaignRecipient.person_id)
            .having(func.count() >= self.cap.most)
        )
        return set(session.scalars(query))


def nobody(preview: Preview) -> str:
    """Say why nobody would get a broadcast."""
    reasons = [f"{preview.opted_out} 人已退订"] if preview.opted_out else []
    reasons += [f"{preview.capped} 人本周收到的通知已达上限"] if preview.capped else []
    why = f"（{'，'.join(reasons)}）" if reasons else ""
    return f"「{preview.audience_text}」目前没有可以发送的对象{why}，没有发送。请换一个范围。"


def _office(speaker: Speaker) -> None:
    if speaker.role != Role.OFFICE or speaker.person_id is None:
        raise NotAllowed(what="群发通知", who="联席办（助企办）")


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
