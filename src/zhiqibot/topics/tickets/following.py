"""The enterprise's side after the report: 查进度, 催办, 补充."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.core.numbers import find_ticket_numbers
from zhiqibot.dialogue.forms import Hearing, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, as_list, button, say
from zhiqibot.directory.model import Enterprise, Role, Unit
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.choosing import SHOWN, Choosing, number_said
from zhiqibot.topics.tickets.model import EVENT_LABELS, OPEN, Event, Status, Ticket
from zhiqibot.topics.tickets.redemption import undecided
from zhiqibot.topics.tickets.service import TicketService
from zhiqibot.topics.tickets.several import Deed, Together

SHOWN_HISTORY = 8
A_STORY = 15
"""Characters from which pressing without a ticket tells what it is about."""
OPEN_STATUSES = sorted(OPEN)
_ALL = re.compile(r"哪些|哪几[个件条]|所有|全部|都有|列表|清单|列出来|几件|一共")
"""More than the one spoken of is asked for."""
GOES_ON = re.compile(r"^(?:还有|再就是|而且|并且|另外)(?!别的|其他|[个一]|啥|什么|没|事|问题|活动|吗|哪|几|多少).{3,}$")
"""“还有前天也停了”, said right after an addition, goes on with it."""
_LEFT = re.compile(r"没办[完好结]|没[完结弄]|未办[完结]|在办|还有.{0,4}(?:没|未)")


def added(hearing: Hearing) -> str | None:
    """Read the facts to add; a bare “我要补充” holds none."""
    text = str(hearing.slots.get("description") or "").strip()
    if hearing.asked or (not text and GOES_ON.match(hearing.text)):
        text = hearing.text.strip()
    return text[:2000] if len(text) >= 4 else None


@dataclass(frozen=True)
class Addition:
    """补充情况."""

    text: str = question(
        "请说说要补充什么？文字、照片都可以。",
        read=added,
        label="补充内容",
        free_text=True,
        example="昨天下午又跳闸了两次",
    )
    ticket: str = question("", read=number_said, label="编号", default=None)


@dataclass(frozen=True)
class Following:
    """The handlers."""

    tickets: TicketService
    choosing: Choosing
    topic_titles: dict[str, str]
    begin: Callable[[Turn, str, str, dict[str, Any]], Reply]
    """Opens another form: pressing for what was never registered is a report."""

    def status(self, turn: Turn) -> Reply:
        """Show one ticket, or the list."""
        said = list(dict.fromkeys(mention.number for mention in find_ticket_numbers(turn.text)))
        if len(said) > 1:
            return [
                one for number in said[:4] for one in as_list(self.detail(turn, self.choosing.by_number(turn, number)))
            ]
        if turn.slots.get("ticket_no"):
            return self.detail(turn, self.choosing.by_number(turn, str(turn.slots["ticket_no"])))
        if _ALL.search(turn.text):
            return self.mine(turn)
        values: dict[str, Any] = {}
        if self._mine(turn):
            shown = turn.memory.recent.get(SHOWN)
            self.choosing.one(turn, values, "查看", [])
            turn.memory.recent[SHOWN] = shown or []
        if values.get("ticket"):
            return self.detail(turn, self.choosing.by_number(turn, values["ticket"]))
        return self.mine(turn)

    def mine(self, turn: Turn) -> Reply:
        """List the person's tickets, latest first."""
        left = OPEN_STATUSES if _LEFT.search(turn.text) else []
        found = self.tickets.of_speaker(turn.session, turn.speaker, turn.now, statuses=left)
        if left and not found and self._mine(turn):
            return say("您的诉求都已经办完了，没有在办的。发“我的诉求”可以看全部。")
        if not found:
            return say("目前没有查到您的诉求记录。遇到问题直接告诉我，比如“车间停电了”，我来登记并交给对应单位。")
        self.choosing.show(turn, found)
        buttons = [button(ticket.number, f"do:ticket:{ticket.number}") for ticket in found[:6]]
        items = [notices.summary(ticket) for ticket in found]
        return say(f"您{'在办' if left else ''}的诉求（最近 {len(found)} 件）：", items=items, buttons=buttons)

    def detail(self, turn: Turn, ticket: Ticket) -> Reply:
        """Show where a ticket stands and what was done."""
        turn.memory.recent["ticket"] = ticket.number
        staff = turn.speaker.role != Role.ENTERPRISE
        enterprise = turn.session.get(Enterprise, ticket.enterprise_id) if staff else None
        history = self.tickets.journal.read(turn.session, ticket)[-SHOWN_HISTORY:]
        lines = [_history_line(row.at, Event(row.event), note) for row, note in history]
        box = card(
            f"{notices.kind_word(ticket)} {ticket.number}",
            [
                ("状态", notices.status_label(ticket)),
                ("企业", enterprise.name if enterprise else ""),
                (notices.matter_word(ticket), self.tickets.description(ticket).removeprefix(notices.REDEEMS)),
                ("类别", self.topic_titles.get(ticket.topic, "其他")),
                ("承办单位", self._handled_by(turn, ticket)),
                ("预计兑现", notices.month(ticket.pay_month) if ticket.pay_month else ""),
                (notices.due_word(ticket), self._due(turn, ticket)),
            ],
        )
        return OutboundMessage(card=box, items=tuple(lines), buttons=tuple(self._moves(turn, ticket)))

    def urge(self, turn: Turn) -> Reply:
        """Press for the ticket meant."""
        values: dict[str, Any] = {"ticket": turn.slots.get("ticket_no") or turn.argument}
        if not values["ticket"] and len(turn.text) > A_STORY and not self._mine(turn):
            return self.begin(turn, "report_issue", turn.text, {"description": turn.text})
        ask = self.choosing.one(turn, values, "催办", OPEN_STATUSES)
        if ask:
            buttons = [one.model_copy(update={"value": f"do:urge:{one.label}"}) for one in ask.message.buttons]
            return ask.message.model_copy(update={"buttons": tuple(buttons)})
        ticket = self.choosing.by_number(turn, values["ticket"])
        self.tickets.urge(turn.session, turn.speaker, ticket, turn.now)
        unit = self.tickets.unit_name(turn.session, ticket)
        told = "纪检监督人员会收到提醒" if ticket.confidential else f"{unit}和包联干部都会收到提醒"
        return say(
            f"已为 {ticket.number}（{notices.title(ticket)}）催办（第 {ticket.urged} 次），{told}。\n"
            f"目前状态：{notices.status_label(ticket)}，{notices.due_word(ticket)} {self._due(turn, ticket)}。有进展会马上告诉您。",
            buttons=[button("查看进度", f"do:ticket:{ticket.number}"), button("补充情况", "intent:add_to_ticket")],
        )

    def add(self, turn: Turn, form: Addition) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        self.tickets.add(turn.session, turn.speaker, ticket, form.text, turn.now)
        self.tickets.journal.pass_on(turn.session, ticket, turn.memory.recent.pop("files", []), turn.now)
        told = "只有纪检监督人员会看到" if ticket.confidential else "承办单位和包联干部会收到"
        return say(
            f"已把补充的情况加进 {ticket.number}（{notices.title(ticket)}），{told}。\n还有照片或材料，直接发过来就行。",
            buttons=[button("查看进度", f"do:ticket:{ticket.number}")],
        )

    # -- helpers ------------------------------------------------------------------------------------------------

    def _mine(self, turn: Turn) -> Sequence[Ticket]:
        return self.tickets.of_speaker(turn.session, turn.speaker, turn.now)

    def _handled_by(self, turn: Turn, ticket: Ticket) -> str:
        if ticket.confidential:
            return "纪检监督人员（保密通道）"
        unit = turn.session.get(Unit, ticket.unit_id) if ticket.unit_id else None
        phone = f"，电话 {unit.phone}" if unit and unit.phone else ""
        return f"{self.tickets.unit_name(turn.session, ticket)}{phone}"

    def _due(self, turn: Turn, ticket: Ticket) -> str:
        if ticket.status not in OPEN:
            return notices.day(ticket.due_on)
        left = self.tickets.calendar.between(local(turn.now).date(), ticket.due_on)
        rest = f"还剩 {left} 个工作日" if left > 0 else "今天到期" if left == 0 else f"已超期 {-left} 个工作日"
        return f"{notices.day(ticket.due_on)}（{rest}）"

    def _moves(self, turn: Turn, ticket: Ticket) -> list[Any]:
        if turn.speaker.role in (Role.CLERK, Role.OFFICE) and undecided(ticket):
            return list(notices.decision_buttons(ticket))
        if turn.speaker.role != Role.ENTERPRISE:
            return []
        if ticket.status in OPEN:
            return [
                button("催办", f"do:urge:{ticket.number}", primary=True),
                button("补充情况", "intent:add_to_ticket"),
                button("撤回", "intent:withdraw_ticket"),
            ]
        if ticket.status == Status.RESOLVED:
            return [button("去评价", "intent:rate_ticket", primary=True)]
        return []


def _history_line(at: Any, event: Event, note: str) -> str:
    moment = local(at)
    tail = f"：{note}" if note else ""
    return f"{moment.month}月{moment.day}日 {moment:%H:%M} {EVENT_LABELS[event]}{tail}"


def register(router: Router, following: Following, together: Together) -> None:
    """Register the enterprise's side."""
    choosing = following.choosing
    router.on("ticket_status", needs_identity=True)(following.status)
    router.on("urge_ticket", needs_identity=True)(following.urge)
    router.press("urge")(following.urge)
    router.press("my_tickets")(following.mine)
    router.press("ticket")(lambda turn: following.detail(turn, choosing.by_number(turn, turn.argument)))
    router.form(
        "add_to_ticket",
        Addition,
        title="补充情况",
        resolve=lambda turn, values: choosing.one(turn, values, "补充", OPEN_STATUSES),
        needs_identity=True,
    )(following.add)
    tickets = following.tickets
    together.deeds |= {
        "urge_ticket": Deed(
            "催办", OPEN_STATUSES, lambda turn, ticket, _: tickets.urge(turn.session, turn.speaker, ticket, turn.now)
        ),
    }
