"""The office's part of the handling side by chat: 交办（主办、协办、期限）, 挂牌督办, 不予受理."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.forms import Ask, Hearing, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role, Unit
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.topics.tickets import notices, pointing
from zhiqibot.topics.tickets.choosing import Choosing, number_said
from zhiqibot.topics.tickets.handling import Handling
from zhiqibot.topics.tickets.model import OPEN, Status, Ticket
from zhiqibot.topics.tickets.notes import day_said, note_said
from zhiqibot.topics.tickets.service import TicketService
from zhiqibot.topics.tickets.several import Deed, SlotsOf, Together

DECLINE = "decline_ticket"
"""The form of 不予受理: the office reaches it by those words."""
TO_ASSIGN = [Status.REGISTERED, Status.RETURNED, Status.ASSIGNED, Status.IN_PROGRESS]
_OFFICE = frozenset({"office"})
_ENDS_SUPERVISION = re.compile(r"(?:取消|解除|撤销|不用|撤掉)(?:挂牌)?督办")
_DECLINES = re.compile(r"不予?受理|不予办理|不该?我们?受理|驳回")
_ASSISTS = re.compile(r"(?:来|负责|也)?(?:协办|协助|配合)")
_BY_WHEN = re.compile(r"前|之内|以内|期限|限期|办[完结好]|截止")
_WITHIN = re.compile(r"限(?:时|期)?(?:在)?(?P<days>\d{1,2}|[一二两三四五六七八九十]{1,2})(?:个)?(?:工作日|天)")
_TO_WHOM = re.compile(r"^[\s，,、]*(?:[派交转分归]给?|给|让|由)+")
_NAMED = re.compile(
    r"(?:[派交转分]给|重派|改派|归|交由)(?P<unit>[\u4e00-\u9fff]{2,10}?)(?:去?办理?|负责|管|处理|吧|了|$|[，,。；; ])"
)
_PUTS_OFF = re.compile(r"延期|延到|延至|宽限|展期")
_SELF = re.compile(
    r"^[把将]?(?:zq[\d-]+|\d{4})(?:号|这件|那件)?[，,]?(?:不予?受理|不予办理|驳回)[，,。：: ]*(?:因为|原因是?|理由是?)?",
    re.IGNORECASE,
)


def unit_said(hearing: Hearing) -> str | None:
    """Read a unit's name."""
    said = hearing.slots.get("department") or hearing.slots.get("agency")
    named = None if said else _NAMED.search(hearing.text)
    if said or named:
        return str(said or (named and named["unit"]))
    return hearing.text.strip() or None if hearing.asked else None


def deadline_said(hearing: Hearing) -> str | None:
    """Read by when it is to be done (ISO)."""
    return day_said(hearing) if hearing.asked or _BY_WHEN.search(hearing.text) else None


def why_declined(hearing: Hearing) -> str | None:
    """Read the reason of a refusal: what is said beside “不予受理”."""
    beyond = _SELF.sub("", hearing.text).strip()
    return beyond if len(beyond) >= 4 else note_said(hearing) if hearing.asked else None


@dataclass(frozen=True)
class Assignment:
    """交办."""

    unit: str = question("交给哪个单位办理？", read=unit_said, label="承办单位", example="自然资源局")
    ticket: str = question("", read=number_said, label="编号", default=None)
    due: str = question("", read=deadline_said, label="期限", default="")
    assist: str = question("", read=lambda _: None, label="协办单位", default="")


@dataclass(frozen=True)
class Supervision:
    """挂牌督办."""

    ticket: str = question("", read=number_said, label="编号", default=None)


@dataclass(frozen=True)
class Refusal:
    """不予受理."""

    reason: str = question(
        "请写明不予受理的原因、可以去哪里办（企业会看到）：",
        read=why_declined,
        label="原因",
        free_text=True,
        example="属于民事纠纷，建议向人民法院起诉",
    )
    ticket: str = question("", read=number_said, label="编号", default=None)


@dataclass(frozen=True)
class Assigning:
    """The handlers."""

    tickets: TicketService
    handling: Handling
    choosing: Choosing
    slots_of: SlotsOf

    def which_unit(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the ticket, the lead unit, and what is said of assisting units and the deadline."""
        ask = self.choosing.one(turn, values, "交办", TO_ASSIGN)
        if ask:
            return ask
        unit = self.unit(turn, values["unit"])
        if unit is None:
            said = values.pop("unit")
            return Ask("unit", say(f"没有找到承办单位“{said}”。请发单位全称或简称，例如：自然资源局。"))
        values["unit"] = unit.id
        values["due"] = self.due(turn, turn.text) or values.get("due") or ""
        assisting = [one for one in self._assisting(turn) if one != unit.id]
        values["assist"] = ",".join(assisting) or values.get("assist") or ""
        if values["due"]:
            self.handling.check_deadline(self._ticket(turn, values), date.fromisoformat(values["due"]), turn.now)
        return None

    def confirm(self, turn: Turn, form: Assignment) -> OutboundMessage:
        ticket = self.choosing.by_number(turn, form.ticket)
        buttons = [button("确认交办", "yes", primary=True), button("取消", "cancel")]
        due = notices.day(date.fromisoformat(form.due) if form.due else ticket.due_on)
        names = "、".join(turn.session.get_one(Unit, one).name for one in form.assist.split(",") if one)
        assist = f"，{names}协办" if names else ""
        unit = turn.session.get_one(Unit, form.unit).name
        text = f"把 {ticket.number}（{notices.title(ticket)}）交办给{unit}{assist}，期限 {due}，确认吗？"
        return say(text, buttons=buttons)

    def assign(self, turn: Turn, form: Assignment) -> Reply:
        """Hand it over."""
        ticket = self.choosing.by_number(turn, form.ticket)
        unit = turn.session.get_one(Unit, form.unit)
        assist = [turn.session.get_one(Unit, one) for one in form.assist.split(",") if one]
        due = date.fromisoformat(form.due) if form.due else None
        self.handling.assign(turn.session, turn.speaker, ticket, unit, turn.now, assist=assist, due=due)
        with_ = f"，{'、'.join(one.name for one in assist)}协办" if assist else ""
        until = f"，期限 {notices.day(due)}" if due else ""
        return say(f"{ticket.number} 已交办给{unit.name}{with_}{until}，经办人和包联干部已收到通知，等待签收。")

    def supervise(self, turn: Turn, form: Supervision) -> Reply:
        """Begin or end 挂牌督办."""
        ticket = self.choosing.by_number(turn, form.ticket)
        if _ENDS_SUPERVISION.search(turn.text):
            self.handling.unsupervise(turn.session, turn.speaker, ticket, turn.now)
            return say(f"{ticket.number}（{notices.title(ticket)}）已取消挂牌督办，承办单位会收到通知。")
        self.handling.supervise(turn.session, turn.speaker, ticket, turn.now)
        unit = self.tickets.unit_name(turn.session, ticket)
        return say(f"{ticket.number}（{notices.title(ticket)}）已挂牌督办，{unit}会收到通知；办结须经助企办确认。")

    def confirm_refusal(self, turn: Turn, form: Refusal) -> OutboundMessage:
        ticket = self.choosing.by_number(turn, form.ticket)
        text = f"{ticket.number}（{notices.title(ticket)}）不予受理，企业会看到原因：{form.reason}\n确认吗？"
        return say(text, buttons=[button("确认", "yes", primary=True), button("修改", "no"), button("取消", "cancel")])

    def decline(self, turn: Turn, form: Refusal) -> Reply:
        """Refuse it, with the reason."""
        ticket = self.choosing.by_number(turn, form.ticket)
        self.handling.decline(turn.session, turn.speaker, ticket, form.reason, turn.now)
        return say(f"{ticket.number}（{notices.title(ticket)}）已记为不予受理，原因已告知企业。")

    def means(self, turn: Turn) -> str | None:
        """What a unit returns or passes on, the office assigns; “不予受理” is the office's word too."""
        if turn.speaker.role != Role.OFFICE:
            return None
        if _DECLINES.search(turn.text):
            return DECLINE
        if _PUTS_OFF.search(turn.text) and pointing.numbers(turn.text):
            return "request_extension"  # of a ticket, not of a session
        return "assign_ticket" if turn.act.intent == "transfer_ticket" else None

    def unit(self, turn: Turn, said: str) -> Unit | None:
        """Return the unit of an id or of a name."""
        return turn.session.get(Unit, said) or self.tickets.directory.find_unit(turn.session, said)

    def due(self, turn: Turn, text: str) -> str:
        """Return the deadline a sentence sets (ISO); “限三天” counts working days, as every clock does."""
        within = _WITHIN.search(text)
        if within:
            days = int(parse_number(within["days"]) or 0)
            return self.tickets.calendar.add(local(turn.now).date(), days).isoformat()
        heard = Hearing(text, self.slots_of(text, turn.now), turn.now, turn.speaker, asked=False)
        return deadline_said(heard) or ""

    # -- helpers ------------------------------------------------------------------------------------------------

    def _ticket(self, turn: Turn, values: dict[str, Any]) -> Ticket:
        return self.choosing.by_number(turn, values["ticket"])

    def _assisting(self, turn: Turn) -> list[str]:
        """Return the ids of the units named right before or after “协办”."""
        found = _ASSISTS.search(turn.text)
        if found is None:
            return []
        before, after = turn.text[: found.start()], turn.text[found.end() :].lstrip("单位是：: ")
        units = list(turn.session.scalars(select(Unit)))
        names = [(name, unit.id) for unit in units for name in (unit.name, *unit.short)]
        return list(
            dict.fromkeys(id_ for name, id_ in names if name and (before.endswith(name) or after.startswith(name)))
        )


def register(router: Router, assigning: Assigning, together: Together) -> None:
    """Register the office's part."""
    choosing = assigning.choosing
    router.form("assign_ticket", Assignment, title="交办", resolve=assigning.which_unit, confirm=assigning.confirm)(
        assigning.assign
    )
    router.form(
        "supervise_ticket",
        Supervision,
        title="挂牌督办",
        resolve=lambda turn, values: choosing.one(turn, values, "督办", TO_ASSIGN),
    )(assigning.supervise)
    router.form(
        DECLINE,
        Refusal,
        title="不予受理",
        resolve=lambda turn, values: choosing.one(turn, values, "不予受理", sorted(OPEN)),
        confirm=assigning.confirm_refusal,
        needs_identity=True,
    )(assigning.decline)
    router.readings.insert(0, assigning.means)
    together.deeds |= {"assign_ticket": _assign_all(assigning), "supervise_ticket": _supervise_all(assigning)}


def _assign_all(assigning: Assigning) -> Deed:
    def do(turn: Turn, ticket: Ticket, detail: str) -> None:
        named, _, until = detail.partition("|")
        unit = assigning.unit(turn, named)
        if unit is None:
            raise Conflict(reason=f"没有找到承办单位“{named}”，这件没有交办。")
        due = date.fromisoformat(until) if until else None
        assigning.handling.assign(turn.session, turn.speaker, ticket, unit, turn.now, due=due)

    def read(turn: Turn, text: str, slots: dict[str, Any]) -> str:
        """Return the unit and, after a bar, the deadline of the whole sentence."""
        unit = assigning.unit(turn, str(slots.get("department") or _TO_WHOM.sub("", text).strip(" ，,。；;")))
        return f"{unit.id}|{assigning.due(turn, turn.text)}" if unit else ""

    def show(turn: Turn, detail: str) -> str:
        named, _, until = detail.partition("|")
        unit = assigning.unit(turn, named)
        limit = f"，期限 {notices.day(date.fromisoformat(until))}" if until else ""
        return f"{unit.name if unit else named}{limit}"

    return Deed("交办", TO_ASSIGN, do, read, ask="交给哪个单位办理？", show=show, roles=_OFFICE)


def _supervise_all(assigning: Assigning) -> Deed:
    def do(turn: Turn, ticket: Ticket, _: str) -> None:
        assigning.handling.supervise(turn.session, turn.speaker, ticket, turn.now)

    return Deed("挂牌督办", TO_ASSIGN, do, roles=_OFFICE)
