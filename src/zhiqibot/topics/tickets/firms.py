"""What staff ask about enterprises: which are linked to me, what is open there, whom to call, who stands in for me."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from zhiqibot.content.county import County
from zhiqibot.core.clock import local
from zhiqibot.core.errors import NotAllowed
from zhiqibot.core.people import Speaker
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.directory import Directory, PersonCard
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.tickets import notices, pointing
from zhiqibot.topics.tickets.choosing import Choosing
from zhiqibot.topics.tickets.model import OPEN, Ticket
from zhiqibot.topics.tickets.service import TicketService

LONGEST = 24
"""Characters of a question about an enterprise; what is longer tells something."""
MOST_FIRMS, MOST_TICKETS = 20, 10

_MINE = re.compile(
    r"我(?:们)?(?:负责|联系|包联|包|对接|服务|挂钩|分管|管)(?:的|着|了)?.{0,4}(?:企业|厂子?|公司|家|户)|我的(?:包联|联系|挂钩)?企业|(?:包联|联系)(?:的)?企业(?:名单|有哪些|是哪|都有)"
)
_WHICH = re.compile(r"哪|几|多少|名单|都有|有谁|列|看|查|[?？]$|(?:企业|厂子?|公司)$")
"""“我包的企业停电了” tells something."""
_WHOM = re.compile(r"电话|手机号?|联系方式|(?:怎么|咋|如何)联系|联系人|(?:老板|负责人|法人|厂长)(?:是谁|叫啥|叫什么)")
_WHATS_UP = re.compile(
    r"(?:啥|什么|哪些|几[个件条])(?:事儿?|诉求|问题|情况|困难|动静|单子|工单)|(?:诉求|问题|情况)(?:有哪些|咋样|怎么样)[?？]?$|的(?:诉求|工单|情况)[?？]?$|(?:咋样|怎么样)了?[?？]?$|办到(?:哪|啥|什么)|到哪一?步|办得(?:咋样|怎么样)|进展(?:如何|咋样|怎么样)?[?？]?$|还有(?:没办完|没办|在办|未办结)的"
)
_WHO_LINKS = re.compile(
    r"谁(?:在)?(?:包联?|联系|负责|对接|挂钩|管)(?:着|的)?|(?:包联|联系|服务)(?:的)?(?:干部|人|员)?(?:是谁|叫啥|叫什么)|首席服务员(?:是谁|叫啥)"
)
_DOES = re.compile(r"登记|报|记录|记一|走访|反映|交办|办结|签收|退回|督办|催|发个?通知")
"""Something is to be done, not asked."""
_AWAY = re.compile(
    r"我(?:要|想|明天|后天|今天|下周|这周|这几天)?.{0,4}(?:请假|休假|休年假|出差|调走|调离|换岗|住院).{0,14}(?:活|工作|诉求|企业|事|任务|单子)?.{0,4}(?:给|交给|转给|移交|交接|谁|让|由)"
)


@dataclass(frozen=True)
class FirmFiles:
    """What a member of staff may know of an enterprise."""

    directory: Directory
    tickets: TicketService

    def linked(self, session: Session, speaker: Speaker, now: datetime) -> Sequence[Enterprise]:
        """Return the enterprises a cadre looks after today."""
        return self.directory.linked_enterprises(session, speaker.person_id or "", local(now).date())

    def open_at(self, session: Session, speaker: Speaker, enterprise_id: str, now: datetime) -> Sequence[Ticket]:
        """Return the open tickets of an enterprise that the speaker may see."""
        return self.tickets.of_speaker(
            session, speaker, now, statuses=sorted(OPEN), enterprise_id=enterprise_id, limit=MOST_TICKETS
        )

    def contacts(self, session: Session, speaker: Speaker, enterprise_id: str, now: datetime) -> Sequence[PersonCard]:
        """Return whom to call; raise NotAllowed unless the speaker is of the office, looks after the enterprise, or
        handles something for it."""
        linked = enterprise_id in self.tickets.linked_ids(session, speaker, now)
        if not (speaker.role == Role.OFFICE or linked or self.open_at(session, speaker, enterprise_id, now)):
            raise NotAllowed(what="查看这家企业的联系电话", who="包联干部、正在办理它诉求的单位或助企办")
        people = self.directory.contacts(session, [enterprise_id])
        return [self.directory.card(session, person) for person in people]


@dataclass(frozen=True)
class AskedByStaff:
    """Answers such questions, whatever else is open."""

    files: FirmFiles
    choosing: Choosing
    county: County

    def aside(self, turn: Turn) -> Reply | None:
        """Answer a short question of staff about their enterprises; None where it is none."""
        text = turn.text.strip()
        if turn.speaker.role not in (Role.CADRE, Role.CLERK, Role.OFFICE) or len(text) > LONGEST:
            return None
        if turn.speaker.role == Role.CADRE and _MINE.search(text) and _WHICH.search(text):
            return self._mine(turn)
        if turn.speaker.role != Role.OFFICE and _AWAY.search(text):
            return self._away()
        if _DOES.search(text):
            return None
        if pointing.numbers(text):
            return None
        links = self.files.directory.find_enterprise(turn.session, text) if _WHO_LINKS.search(text) else None
        if links and turn.memory.form is None:
            return self._who_links(turn, links)
        whom = bool(_WHOM.search(text))
        up = turn.memory.form is None and bool(_WHATS_UP.search(text))
        firm = self.files.directory.find_enterprise(turn.session, text) if whom or up else None
        if firm is None:
            return None
        return self._whom(turn, firm) if whom else self._whats_up(turn, firm)

    def _mine(self, turn: Turn) -> Reply:
        firms = self.files.linked(turn.session, turn.speaker, turn.now)
        if not firms:
            return say(
                f"目前没有登记在您名下的包联企业。有出入请联系{self.county.office.name}（{self.county.office.phone}）。"
            )
        open_ = self.files.tickets.open_of_enterprises(turn.session, [one.id for one in firms])
        counts = [sum(ticket.enterprise_id == one.id for ticket in open_) for one in firms]
        lines = [
            f"{one.name}{f'（在办诉求 {count} 件）' if count else ''}" for one, count in zip(firms, counts, strict=True)
        ]
        more = f"，先列 {MOST_FIRMS} 家" if len(firms) > MOST_FIRMS else ""
        first = (firms[0].short or [firms[0].name])[0]
        text = f"您包联的企业共 {len(firms)} 家{more}。想看哪一家直接说，比如“{first}有啥诉求”“{first}的电话”："
        return say(text, items=lines[:MOST_FIRMS])

    def _whats_up(self, turn: Turn, firm: Enterprise) -> Reply:
        found = self.files.open_at(turn.session, turn.speaker, firm.id, turn.now)
        self.choosing.show(turn, found)
        if not found:
            return say(
                f"{firm.name}目前没有您能看到的在办诉求。",
                buttons=[button("走访记录", "intent:log_visit"), button("登记诉求", "intent:report_issue")],
            )
        return say(
            f"{firm.name}在办诉求 {len(found)} 件：",
            items=[notices.summary(ticket) for ticket in found],
            buttons=[button(ticket.number, f"do:ticket:{ticket.number}") for ticket in found[:6]],
        )

    def _whom(self, turn: Turn, firm: Enterprise) -> Reply:
        people = self.files.contacts(turn.session, turn.speaker, firm.id, turn.now)
        lines = [f"{one.name}{f'（{one.title}）' if one.title else ''} {one.phone or '没有留电话'}" for one in people]
        return say(f"{firm.name}的联系人：" if lines else f"{firm.name}还没有登记联系人。", items=lines)

    def _who_links(self, turn: Turn, firm: Enterprise) -> Reply:
        directory = self.files.directory
        cadre = directory.linked_cadre(turn.session, firm.id, local(turn.now).date())
        if cadre is None:
            return say(f"{firm.name}目前没有登记包联干部。")
        one = directory.card(turn.session, cadre)
        known = "，".join(part for part in (one.organisation, one.title, one.phone) if part)
        return say(f"{firm.name}的包联干部是{one.name}{f'（{known}）' if known else ''}。")

    def _away(self) -> Reply:
        office = self.county.office
        return say(
            f"代办人由{office.name}统一设置，我这里不能直接改：请打 {office.phone}，说明请假到哪天、由谁代办；设好以后，新的通知和任务自动转给代办人。"
            "\n在这之前，您名下的诉求仍会提醒您。",
            buttons=[button("我的任务", "intent:my_tasks")],
        )


def register(router: Router, asked: AskedByStaff) -> None:
    """Let staff ask at any time."""
    router.asides.append(asked.aside)
