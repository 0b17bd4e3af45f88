"""The handling side by chat: my tasks, accept, progress, resolve, return, extend; and the office: assign, supervise."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.forms import Ask, Hearing, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role, Unit
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.choosing import Choosing, number_said
from zhiqibot.topics.tickets.handling import Handling
from zhiqibot.topics.tickets.model import Status, Ticket
from zhiqibot.topics.tickets.service import TicketService

LONGEST = 1000
MEANT = 3
"""Characters a note must have beside the command itself."""
_NUMBER = re.compile(
    r"(?:zq\s*\d{6}\s*-?\s*\d{1,6}|尾号\s*\d{1,4}|\b\d{4}\b)\s*(?:号)?(?:这件|那件|这个|那个|诉求|工单)?", re.IGNORECASE
)
_COMMAND = re.compile(
    r"(?:请|麻烦|帮我?|给我|我要|我来|把|将|现在|已经?|都|就|申请|要求|需要|想)*"
    r"(?:办结|签收|退回|转办|退了|退|反馈(?:一下)?进展|反馈|进展|延期|延长|延|办好|办完|办理|解决|完工|搞定|处理完)(?:了|掉|一下|吧|到|至)*"
)
_DAY = re.compile(
    r"(?:到|至)?(?:\d{4}[年/-])?(?:\d{1,2}|[一二三四五六七八九十]+)[月/.-](?:\d{1,2}|[一二三四五六七八九十]+)[日号]?(?:前)?"
)
_NO_RESULT = re.compile(r"^(?:我?不干了|办不了|不知道|随便|没有?|算了)[吧了啊]*$")

_ENDS_SUPERVISION = re.compile(r"(?:取消|解除|撤销|不用|撤掉)(?:挂牌)?督办")

TO_ACCEPT = [Status.ASSIGNED, Status.RETURNED]
TO_HANDLE = [Status.ASSIGNED, Status.IN_PROGRESS, Status.AWAITING_INFO]
TO_ASSIGN = [Status.REGISTERED, Status.RETURNED, Status.ASSIGNED, Status.IN_PROGRESS]


def note_said(hearing: Hearing) -> str | None:
    """Read what was done: the sentence without the ticket's number; a bare “办结” says nothing."""
    text = _NUMBER.sub("", hearing.text).strip(" ，,。:：")
    beyond = _COMMAND.sub("", _DAY.sub("", text)).strip(" ，,。:：！!了吧的")
    if len(beyond) < MEANT or _NO_RESULT.match(text):
        return None
    return (hearing.text.strip() if hearing.asked else text)[:LONGEST]


def unit_said(hearing: Hearing) -> str | None:
    """Read a unit's name."""
    said = hearing.slots.get("department") or hearing.slots.get("agency")
    return str(said) if said else (hearing.text.strip() or None if hearing.asked else None)


def day_said(hearing: Hearing) -> str | None:
    """Read a day (ISO)."""
    said = hearing.slots.get("date")
    return str(said).split("/")[-1] if said else None


@dataclass(frozen=True)
class Progress:
    """反馈进展."""

    note: str = question(
        "请说说办到哪一步了、下一步做什么？企业会看到。",
        read=note_said,
        label="进展",
        free_text=True,
        example="已到现场查看，周三换变压器",
    )
    ticket: str = question("", read=number_said, label="编号", default=None)


@dataclass(frozen=True)
class Resolution:
    """办结."""

    note: str = question(
        "请写一下办理结果（企业会看到，并据此评价）：",
        read=note_said,
        label="办理结果",
        free_text=True,
        example="变压器已更换，电压恢复正常",
    )
    ticket: str = question("", read=number_said, label="编号", default=None)


@dataclass(frozen=True)
class Transfer:
    """退回或转办: the office decides who is next."""

    reason: str = question(
        "请写明退回理由（例如职责不在本单位，建议由哪个单位办）：",
        read=note_said,
        label="理由",
        free_text=True,
        example="属于道路养护，建议转交通局",
    )
    ticket: str = question("", read=number_said, label="编号", default=None)


@dataclass(frozen=True)
class Extension:
    """申请延期."""

    until: str = question("需要延到哪一天？", read=day_said, label="新期限", example="12月10日")
    reason: str = question(
        "请说明延期原因（企业会看到）：", read=note_said, label="原因", free_text=True, example="设备订货需要两周"
    )
    ticket: str = question("", read=number_said, label="编号", default=None)


@dataclass(frozen=True)
class Assignment:
    """交办."""

    unit: str = question("交给哪个单位办理？", read=unit_said, label="承办单位", example="自然资源局")
    ticket: str = question("", read=number_said, label="编号", default=None)


@dataclass(frozen=True)
class Supervision:
    """挂牌督办."""

    ticket: str = question("", read=number_said, label="编号", default=None)


@dataclass(frozen=True)
class Working:
    """The handlers."""

    tickets: TicketService
    handling: Handling
    choosing: Choosing

    def tasks(self, turn: Turn) -> Reply:
        """List what waits for this person."""
        found = self.handling.tasks(turn.session, turn.speaker, turn.now)
        if not found:
            return say("目前没有等您办理的诉求。有新的交办会第一时间通知您。")
        today = local(turn.now).date()
        late = sum(ticket.due_on < today for ticket in found)
        waiting = sum(ticket.status == Status.ASSIGNED for ticket in found)
        head = (
            f"您名下在办诉求 {len(found)} 件，其中待签收 {waiting} 件" + (f"，已超期 {late} 件" if late else "") + "："
        )
        buttons = [button(ticket.number, f"do:ticket:{ticket.number}") for ticket in found[:6]]
        return say(head, items=[self._line(turn, ticket) for ticket in found], buttons=buttons)

    def accept(self, turn: Turn) -> Reply:
        """签收 at once: it takes nothing back that matters."""
        values: dict[str, Any] = {"ticket": turn.argument or turn.slots.get("ticket_no")}
        ask = self.choosing.one(turn, values, "签收", TO_ACCEPT)
        if ask:
            buttons = tuple(one.model_copy(update={"value": f"do:accept:{one.label}"}) for one in ask.message.buttons)
            return ask.message.model_copy(update={"buttons": buttons})
        ticket = self.choosing.by_number(turn, values["ticket"])
        self.handling.accept(turn.session, turn.speaker, ticket, turn.now)
        return say(
            f"已签收 {ticket.number}（{notices.title(ticket)}），企业已收到通知。\n办结期限 {notices.day(ticket.due_on)}，"
            f"请在 {self.tickets.county.clocks.first_progress} 个工作日内反馈首次进展。",
            buttons=[
                button("反馈进展", "intent:progress_update", primary=True),
                button("办结", "intent:resolve_ticket"),
            ],
        )

    def progress(self, turn: Turn, form: Progress) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        self.handling.progress(turn.session, turn.speaker, ticket, form.note, turn.now)
        return say(
            f"已记录 {ticket.number} 的进展并告知企业：{form.note}\n办结期限 {notices.day(ticket.due_on)}。",
            buttons=[button("办结", "intent:resolve_ticket"), button("我的任务", "intent:my_tasks")],
        )

    def confirm_resolution(self, turn: Turn, form: Resolution) -> OutboundMessage:
        ticket = self.choosing.by_number(turn, form.ticket)
        box = card(f"办结 {ticket.number}", [("问题", ticket.title), ("办理结果", form.note)])
        buttons = (button("确认办结", "yes", primary=True), button("修改", "no"), button("取消", "cancel"))
        return OutboundMessage(text="请确认办结内容，确认后发给企业评价：", card=box, buttons=buttons)

    def resolve(self, turn: Turn, form: Resolution) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        self.handling.resolve(turn.session, turn.speaker, ticket, form.note, turn.now)
        return say(
            f"{ticket.number}（{notices.title(ticket)}）已办结，已请企业评价。评价不满意会重新办理，请留意通知。"
        )

    def transfer(self, turn: Turn, form: Transfer) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        self.handling.return_(turn.session, turn.speaker, ticket, form.reason, turn.now)
        return say(f"已退回 {ticket.number}，助企办会重新交办。在有单位签收之前，仍由贵单位负责联系企业（首问负责）。")

    def extend(self, turn: Turn, form: Extension) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        until = date.fromisoformat(form.until)
        self.handling.extend(turn.session, turn.speaker, ticket, until, form.reason, turn.now)
        return say(f"{ticket.number} 的办结期限已调整为 {notices.day(until)}，企业已收到通知。")

    def which_unit(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        ask = self.choosing.one(turn, values, "交办", TO_ASSIGN)
        if ask:
            return ask
        unit = self._unit(turn, values["unit"])
        if unit is None:
            said = values.pop("unit")
            return Ask("unit", say(f"没有找到承办单位“{said}”。请发单位全称或简称，例如：自然资源局。"))
        values["unit"] = unit.id
        return None

    def confirm_assignment(self, turn: Turn, form: Assignment) -> OutboundMessage:
        ticket = self.choosing.by_number(turn, form.ticket)
        unit = turn.session.get_one(Unit, form.unit)
        buttons = [button("确认交办", "yes", primary=True), button("取消", "cancel")]
        due = notices.day(ticket.due_on)
        return say(
            f"把 {ticket.number}（{notices.title(ticket)}）交办给{unit.name}，期限 {due}，确认吗？", buttons=buttons
        )

    def assign(self, turn: Turn, form: Assignment) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        unit = turn.session.get_one(Unit, form.unit)
        self.handling.assign(turn.session, turn.speaker, ticket, unit, turn.now)
        return say(f"{ticket.number} 已交办给{unit.name}，经办人和包联干部已收到通知，等待签收。")

    def supervise(self, turn: Turn, form: Supervision) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        if _ENDS_SUPERVISION.search(turn.text):
            self.handling.unsupervise(turn.session, turn.speaker, ticket, turn.now)
            return say(f"{ticket.number}（{notices.title(ticket)}）已取消挂牌督办，承办单位会收到通知。")
        self.handling.supervise(turn.session, turn.speaker, ticket, turn.now)
        unit = self.tickets.unit_name(turn.session, ticket)
        return say(f"{ticket.number}（{notices.title(ticket)}）已挂牌督办，{unit}会收到通知；办结须经助企办确认。")

    # -- helpers ------------------------------------------------------------------------------------------------

    def _line(self, turn: Turn, ticket: Ticket) -> str:
        enterprise = turn.session.get(Enterprise, ticket.enterprise_id)
        return f"{notices.summary(ticket)} {enterprise.name if enterprise else ''}"

    def _unit(self, turn: Turn, said: str) -> Unit | None:
        return turn.session.get(Unit, said) or self.tickets.directory.find_unit(turn.session, said)


def register(router: Router, working: Working) -> None:
    """Register the handling side and the office's part of it."""
    choosing = working.choosing

    def which(verb: str, statuses: Sequence[Status]) -> Any:
        return lambda turn, values: choosing.one(turn, values, verb, statuses)

    router.on("my_tasks", needs_identity=True)(working.tasks)
    router.on("accept_ticket", needs_identity=True)(working.accept)
    router.press("accept")(working.accept)
    router.form("progress_update", Progress, title="反馈进展", resolve=which("反馈进展", TO_HANDLE))(working.progress)
    router.form(
        "resolve_ticket",
        Resolution,
        title="办结",
        resolve=which("办结", TO_HANDLE),
        confirm=working.confirm_resolution,
    )(working.resolve)
    router.form(
        "transfer_ticket", Transfer, title="退回诉求", resolve=which("退回", [Status.ASSIGNED, Status.IN_PROGRESS])
    )(working.transfer)
    router.form("request_extension", Extension, title="申请延期", resolve=which("延期", TO_HANDLE))(working.extend)
    router.form(
        "assign_ticket",
        Assignment,
        title="交办",
        resolve=working.which_unit,
        confirm=working.confirm_assignment,
    )(working.assign)
    router.form("supervise_ticket", Supervision, title="挂牌督办", resolve=which("督办", TO_ASSIGN))(working.supervise)

    def office_transfers(turn: Turn) -> str | None:
        """What a unit returns or passes on, the office assigns."""
        of_office = turn.speaker.role == Role.OFFICE and turn.act.intent == "transfer_ticket"
        return "assign_ticket" if of_office else None

    router.readings.append(office_transfers)

    @router.press("return")
    def begin_return(turn: Turn) -> Reply:
        ticket = choosing.by_number(turn, turn.argument)
        return say(f"要退回 {ticket.number}，请直接发“退回 {ticket.number}”并写明理由。")
