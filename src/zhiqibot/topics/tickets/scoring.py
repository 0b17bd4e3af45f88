"""The ledger's rules of 评价: the enterprise's verdict on what was done, and the words it adds to it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict, NotAllowed
from zhiqibot.core.ids import new_id
from zhiqibot.core.people import Speaker
from zhiqibot.directory.model import Role
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.model import Event, Status, Ticket
from zhiqibot.topics.tickets.service import TicketService

SCORES = range(1, 6)
BAD_SCORE = 2
"""Up to here the matter is handled anew."""


@dataclass(frozen=True)
class Scoring:
    """Each method is one promise, kept inside the caller's unit of work."""

    tickets: TicketService

    def rate(
        self,
        session: Session,
        speaker: Speaker,
        ticket: Ticket,
        score: int,
        comment: str,
        now: datetime,
        *,
        corrects: bool = False,
    ) -> None:
        """Rate a resolved ticket once, 5 best; 1 and 2 open it again with a new deadline (差评整改).

        `corrects`: the score just given was a slip; it is taken back first."""
        self._own(speaker, ticket)
        if score not in SCORES:
            raise Conflict(reason="评分请用 1 到 5 分：5 分非常满意，1 分非常不满意。")
        again = f":{now.timestamp():.0f}" if corrects else ""
        if corrects and ticket.score is not None:
            ticket.reopened -= ticket.score <= BAD_SCORE
            ticket.status = Status.RESOLVED
        _rateable(ticket)
        ticket.score = score
        note = f"{'更正评价：' if corrects else ''}{score} 分 {comment}".strip()
        journal, person = self.tickets.journal, speaker.person_id
        if score <= BAD_SCORE:
            ticket.reopened += 1
            ticket.due_on = self.tickets.calendar.add(local(now).date(), self.tickets.county.clocks.bad_rating)
            journal.move(session, ticket, Status.IN_PROGRESS, Event.REOPENED, person, now, note=note)
            text = f"企业评价不满意，已重新办理，请在 {notices.day(ticket.due_on)}前整改到位。"
            key = f"reopened:{ticket.reopened}{again}"
        else:
            journal.move(session, ticket, Status.CLOSED, Event.RATED, person, now, note=note)
            text = f"企业{'更正评价为' if corrects else '评价'} {score} 分，已销号。"
            key = f"rated{again}"
        journal.tell_handlers(session, ticket, notices.work(ticket, text, note=comment), now, key=key)

    def comment(self, session: Session, speaker: Speaker, ticket: Ticket, text: str, now: datetime) -> None:
        """Add a 评语 to a rating already given; those who handled the matter read it."""
        self._own(speaker, ticket)
        if ticket.score is None:
            raise Conflict(reason=f"{ticket.number} 还没有评价，打了分才能写评语。")
        journal = self.tickets.journal
        journal.write(session, ticket, Event.RATED, speaker.person_id, now, note=f"评语：{text}")
        told = notices.work(ticket, "企业写了评语：", note=text)
        journal.tell_handlers(session, ticket, told, now, key=f"comment:{new_id()}")

    def _own(self, speaker: Speaker, ticket: Ticket) -> None:
        if speaker.role != Role.ENTERPRISE or speaker.enterprise_id != ticket.enterprise_id:
            raise NotAllowed(what="评价", who="诉求所属企业")


def _rateable(ticket: Ticket) -> None:
    if ticket.status == Status.CLOSED and ticket.score is not None:
        raise Conflict(
            reason=f"{ticket.number} 已经评过了（{ticket.score} 分），每件诉求评价一次。问题又出现了请直接告诉我。"
        )
    if ticket.status not in (Status.RESOLVED, Status.CLOSED):
        raise Conflict(
            reason=f"{ticket.number} 目前是“{notices.status_label(ticket)}”，办结后才能评价。要催一下可以回复“催办 {ticket.number}”。"
        )
