"""The handling side by chat: my tasks, accept, progress, resolve, return, extend."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.forms import Ask, Hearing, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.choosing import Choosing, number_said
from zhiqibot.topics.tickets.handling import Handling
from zhiqibot.topics.tickets.model import Status, Ticket
from zhiqibot.topics.tickets.notes import day_said, note_said, unit_suggested
from zhiqibot.topics.tickets.service import TicketService
from zhiqibot.topics.tickets.several import Deed, Together

RESOLVED = "resolved"
"""Key of `memory.recent`: the ticket resolved last, and until when the slip can be taken back."""
TO_ACCEPT = [Status.ASSIGNED, Status.RETURNED]
TO_HANDLE = [Status.ASSIGNED, Status.IN_PROGRESS, Status.AWAITING_INFO]
TO_RETURN = [Status.ASSIGNED, Status.IN_PROGRESS]
STAFF = frozenset({"cadre", "office"})
SLIP = timedelta(days=1)
SOON = timedelta(days=3)
"""What is due within so many days is “快到期”."""
_NARROWED: tuple[tuple[re.Pattern[str], str, Callable[[Ticket, date], bool]], ...] = (
    (re.compile(r"没交办|未交办|待交办"), "待交办", lambda ticket, day: ticket.status == Status.REGISTERED),
    (re.compile(r"没签收|未签收|待签收"), "待签收", lambda ticket, day: ticket.status == Status.ASSIGNED),
    (
        re.compile(r"(?:快|要|即将|马上).{0,2}(?:到期|超期)"),
        "快到期",
        lambda ticket, day: day <= ticket.due_on <= day + SOON,
    ),
    (re.compile(r"超期|逾期|过期"), "已超期", lambda ticket, day: ticket.due_on < day),
    (
        re.compile(r"今天.{0,4}(?:新|来|登记|收)"),
        "今天登记",
        lambda ticket, day: local(ticket.created_at).date() == day,
    ),
)


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
    to: str = question("", read=unit_suggested, label="建议转交", default="")
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
class Working:
    """The handlers."""

    tickets: TicketService
    handling: Handling
    choosing: Choosing

    def tasks(self, turn: Turn) -> Reply:
        """List what waits for this person."""
        found = self.handling.tasks(turn.session, turn.speaker, turn.now)
        today = local(turn.now).date()
        kind, only = next(((name, fits) for said, name, fits in _NARROWED if said.search(turn.text)), ("在办", None))
        unit = self.tickets.directory.find_unit(turn.session, turn.text) if turn.speaker.role == Role.OFFICE else None
        found = [ticket for ticket in found if only is None or only(ticket, today)]
        found = [ticket for ticket in found if unit is None or ticket.unit_id == unit.id]
        if not found:
            if unit:
                return say(f"{unit.name}目前没有{kind}的诉求。")
            return say(f"目前没有{kind if only else '等您办理'}的诉求。有新的交办会第一时间通知您。")
        late = sum(ticket.due_on < today for ticket in found)
        waiting = sum(ticket.status == Status.ASSIGNED for ticket in found)
        whose = unit.name if unit else "" if turn.speaker.role == Role.OFFICE else "您名下"
        parts = [f"其中待签收 {waiting} 件" if only is None else "", f"已超期 {late} 件" if late else ""]
        head = "，".join([f"{whose}{kind}诉求 {len(found)} 件", *(part for part in parts if part)]) + "："
        self.choosing.show(turn, found)
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
        accepted = "已签收；" if ticket.status == Status.ASSIGNED else ""
        self.handling.progress(turn.session, turn.speaker, ticket, form.note, turn.now)
        return say(
            f"{accepted}已记录 {ticket.number} 的进展并告知企业：{form.note}\n办结期限 {notices.day(ticket.due_on)}。",
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
        turn.memory.recent[RESOLVED] = {"ticket": ticket.number, "until": (turn.now + SLIP).isoformat()}
        return say(
            f"{ticket.number}（{notices.title(ticket)}）已办结，已请企业评价。评价不满意会重新办理，请留意通知。"
            "\n办结错了，企业评价之前说“撤回办结”就行。"
        )

    def confirm_transfer(self, turn: Turn, form: Transfer) -> OutboundMessage:
        ticket = self.choosing.by_number(turn, form.ticket)
        fields = [("问题", notices.title(ticket)), ("理由", form.reason), ("建议转交", form.to)]
        buttons = (button("确认退回", "yes", primary=True), button("修改", "no"), button("取消", "cancel"))
        text = "退回后由助企办重新交办（单位由助企办定，您的建议会一并报过去），请确认："
        return OutboundMessage(text=text, card=card(f"退回 {ticket.number}", fields), buttons=buttons)

    def transfer(self, turn: Turn, form: Transfer) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        to = f"（建议转交{form.to}）" if form.to and form.to not in form.reason else ""
        self.handling.return_(turn.session, turn.speaker, ticket, f"{form.reason}{to}", turn.now)
        return say(f"已退回 {ticket.number}，助企办会重新交办。在有单位签收之前，仍由贵单位负责联系企业（首问负责）。")

    def confirm_extension(self, turn: Turn, form: Extension) -> OutboundMessage:
        ticket = self.choosing.by_number(turn, form.ticket)
        until = notices.day(date.fromisoformat(form.until))
        text = (
            f"把 {ticket.number}（{notices.title(ticket)}）的期限从 {notices.day(ticket.due_on)}延到 {until}，"
            f"企业会看到原因：{form.reason}\n确认吗？"
        )
        return say(
            text, buttons=[button("确认延期", "yes", primary=True), button("修改", "no"), button("取消", "cancel")]
        )

    def extend(self, turn: Turn, form: Extension) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        until = date.fromisoformat(form.until)
        self.handling.extend(turn.session, turn.speaker, ticket, until, form.reason, turn.now)
        return say(f"{ticket.number} 的办结期限已调整为 {notices.day(until)}，企业已收到通知。")

    # -- helpers ------------------------------------------------------------------------------------------------

    def _line(self, turn: Turn, ticket: Ticket) -> str:
        enterprise = turn.session.get(Enterprise, ticket.enterprise_id)
        return f"{notices.summary(ticket)} {enterprise.name if enterprise else ''}"


def register(router: Router, working: Working, together: Together) -> None:
    """Register the handling side."""
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
        "request_extension",
        Extension,
        title="申请延期",
        resolve=which("延期", TO_HANDLE),
        confirm=working.confirm_extension,
    )(working.extend)

    @router.press("return")
    def begin_return(turn: Turn) -> Reply:
        ticket = choosing.by_number(turn, turn.argument)
        return say(f"要退回 {ticket.number}，请直接发“退回 {ticket.number}”并写明理由。")

    handling = working.handling

    def which_to_return(turn: Turn, values: dict[str, Any]) -> Ask | None:
        """What can no longer be returned is told before anything is confirmed."""
        ask = choosing.one(turn, values, "退回", TO_RETURN)
        if ask is None:
            handling.returnable(turn.session, turn.speaker, choosing.by_number(turn, values["ticket"]), turn.now)
        return ask

    router.form(
        "transfer_ticket",
        Transfer,
        title="退回诉求",
        resolve=which_to_return,
        confirm=working.confirm_transfer,
    )(working.transfer)
    together.deeds |= {
        "accept_ticket": Deed(
            "签收",
            TO_ACCEPT,
            lambda turn, ticket, _: handling.accept(turn.session, turn.speaker, ticket, turn.now),
            roles=STAFF,
        ),
        "transfer_ticket": Deed(
            "退回",
            TO_RETURN,
            lambda turn, ticket, why: handling.return_(turn.session, turn.speaker, ticket, why, turn.now),
            read=lambda turn, text, _: text.strip(" ，,。；;和、都"),
            ask="请写明退回理由：",
            every=False,
            roles=frozenset({"cadre"}),
        ),
        "resolve_ticket": Deed(
            "办结",
            TO_HANDLE,
            lambda turn, ticket, note: handling.resolve(turn.session, turn.speaker, ticket, note, turn.now),
            read=lambda turn, text, slots: note_said(Hearing(text, slots, turn.now, turn.speaker, asked=False)) or "",
            ask="请写一下办理结果（企业会看到，并据此评价）：",
            every=False,
            roles=STAFF,
        ),
    }
