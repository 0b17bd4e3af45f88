"""The enterprise's side after the report: 查进度, 催办, 补充, 撤回, 评价."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.core.numbers import find_ticket_numbers
from zhiqibot.dialogue.forms import Ask, Hearing, from_slot, question
from zhiqibot.dialogue.repair import is_correction
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, as_list, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.choosing import Choosing, number_said
from zhiqibot.topics.tickets.model import EVENT_LABELS, OPEN, Event, Status, Ticket
from zhiqibot.topics.tickets.redemption import undecided
from zhiqibot.topics.tickets.service import TicketService

SHOWN_HISTORY = 8
EXPECTS_MORE = timedelta(minutes=30)
"""How long after a bad rating whatever is said goes to the ticket."""
_ADDS = re.compile(r"^(?:再|还要)?补充|[这那上]一?[件个条].{0,4}补充|补充(?:一下|一点|点|说明|情况|材料)")
_WHEN_DONE = re.compile(
    r"(?:多久|多长时间|啥时候|什么时候|几天|何时).{0,8}(?:弄好|办好|解决|修好|处理|来人|能好|有结果|回话|答复|办完|搞定)|"
    r"(?:办|处理|弄)(?:的|得)?(?:咋样|怎么样|如何)|到哪(?:一)?步"
)
SCORES = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
A_STORY = 15
"""Characters from which pressing without a ticket tells what it is about."""
MEANT = 5
"""Characters from which a sentence after filing can be an addition."""
OF_TICKETS = frozenset({"report_issue", "ticket_status", "urge_ticket", "add_to_ticket"})
OPEN_STATUSES = sorted(OPEN)


def score_said(hearing: Hearing) -> int | None:
    """Read a score of 1 to 5."""
    score = hearing.slots.get("score")
    if score is None and hearing.asked and hearing.text.strip(" 分星。") in {"1", "2", "3", "4", "5"}:
        score = int(hearing.text.strip(" 分星。"))
    return int(score) if score in (1, 2, 3, 4, 5) else None


def added(hearing: Hearing) -> str | None:
    """Read the facts to add; a bare “我要补充” holds none."""
    text = str(hearing.slots.get("description") or "").strip()
    if hearing.asked:
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
class Withdrawal:
    """撤回诉求."""

    ticket: str = question("", read=number_said, label="编号", default=None)


@dataclass(frozen=True)
class Rating:
    """评价办理结果."""

    ticket: str = question("", read=number_said, label="编号", default=None)
    score: int = question("", read=score_said, label="评分", default=None)
    comment: str = question("", read=from_slot("comment"), label="评语", default="")


_ALL = re.compile(r"哪些|哪几[个件条]|所有|全部|都有|列表|清单|列出来|几件|一共")
"""More than the one spoken of is asked for."""


_FILES = frozenset({"report_issue", "apply_policy"})
_TAKES_BACK = re.compile(r"算了|别|撤|取消|不(?:交|报|提交|要|办|弄|用|登记)|先不")


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
        if turn.memory.recent.get("ticket") or len(self._mine(turn)) == 1:
            self.choosing.one(turn, values, "查看", [])
        if values.get("ticket"):
            return self.detail(turn, self.choosing.by_number(turn, values["ticket"]))
        return self.mine(turn)

    def mine(self, turn: Turn) -> Reply:
        """List the person's tickets, latest first."""
        found = self._mine(turn)
        if not found:
            return say("目前没有查到您的诉求记录。遇到问题直接告诉我，比如“车间停电了”，我来登记并交给对应单位。")
        buttons = [button(ticket.number, f"do:ticket:{ticket.number}") for ticket in found[:6]]
        items = [notices.summary(ticket) for ticket in found]
        return say(f"您的诉求（最近 {len(found)} 件）：", items=items, buttons=buttons)

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
                (
                    "承办单位",
                    "纪检监督人员（保密通道）" if ticket.confidential else self.tickets.unit_name(turn.session, ticket),
                ),
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

    def withdraw(self, turn: Turn, form: Withdrawal) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        self.tickets.withdraw(turn.session, turn.speaker, ticket, turn.now)
        return say(
            f"已撤回 {ticket.number}（{notices.title(ticket)}），承办单位会收到通知，不再办理。以后再遇到问题，随时告诉我。"
        )

    def confirm_withdrawal(self, turn: Turn, form: Withdrawal) -> OutboundMessage:
        ticket = self.choosing.by_number(turn, form.ticket)
        return say(
            f"确认撤回 {ticket.number}（{notices.title(ticket)}，{notices.status_label(ticket)}）吗？撤回后不再办理。",
            buttons=[button("确认撤回", "yes", primary=True), button("先不撤", "cancel")],
        )

    def ask_score(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the ticket, then ask for the score if it was not said."""
        rateable = [Status.RESOLVED] if not values.get("ticket") else []
        ask = self.choosing.one(turn, values, "评价", rateable)
        if ask or _score(values.get("score")):
            values["score"] = _score(values.get("score"))
            return ask
        buttons = [button(label, f"set:score={score}") for score, label in SCORES.items()]
        return Ask("score", say(f"请给 {values['ticket']} 的办理结果打个分（1–5 分）：", buttons=buttons))

    def rate(self, turn: Turn, form: Rating) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        comment = form.comment or ""
        self.tickets.rate(turn.session, turn.speaker, ticket, form.score, comment, turn.now)
        given = f"{form.score} 分（{SCORES[form.score]}）"
        if form.score <= 2:
            until = (turn.now + EXPECTS_MORE).isoformat()
            turn.memory.recent["more"] = {"ticket": ticket.number, "until": until, "only_corrections": False}
            return say(
                f"您对 {ticket.number} 的评价已记录：{given}。很抱歉没办好，已转为重新办理，"
                f"整改期限 {notices.day(ticket.due_on)}，承办单位和包联干部都会收到。\n具体哪里不满意，可以接着发给我，我补充进去。",
                buttons=[button("补充情况", "intent:add_to_ticket")],
            )
        return say(
            f"感谢评价！{ticket.number}（{notices.title(ticket)}）记为 {given}，已销号。问题再出现，随时告诉我。"
        )

    def afterthought(self, turn: Turn) -> Reply | None:
        """Add what is said right after filing (a correction) or after a bad rating (anything) to that ticket."""
        more = turn.memory.recent.get("more")
        if not more or datetime.fromisoformat(more["until"]) < turn.now or len(turn.text) < MEANT:
            return None
        if more["only_corrections"] and not is_correction(turn.text):
            return None
        return self.add(turn, Addition(text=turn.text, ticket=more["ticket"]))

    def bare_number(self, turn: Turn) -> str | None:
        """A number and nothing else asks where that ticket stands."""
        mentions = find_ticket_numbers(turn.text)
        rest = sum(mention.span[1] - mention.span[0] for mention in mentions)
        return "ticket_status" if mentions and len(turn.text.strip()) - rest <= 2 else None

    def adds(self, turn: Turn) -> str | None:
        """“给这件补充一下，……” adds to the ticket spoken of, however much of a report follows."""
        known = turn.memory.recent.get("ticket") or find_ticket_numbers(turn.text)
        wanted = turn.act.intent in ("report_issue", "out_of_scope") and turn.speaker.role == Role.ENTERPRISE
        return "add_to_ticket" if known and wanted and _ADDS.search(turn.text) else None

    def takes_back(self, turn: Turn) -> str | None:
        """“算了先别交” right after filing means the ticket just filed; its form asks before anything is withdrawn."""
        just_filed = turn.memory.intent in _FILES and turn.memory.recent.get("ticket")
        said = turn.act.intent in ("cancel", "deny") and _TAKES_BACK.search(turn.text)
        return "withdraw_ticket" if just_filed and said else None

    def asks_to_supervise(self, turn: Turn) -> str | None:
        """An enterprise that wants its ticket 督办 is pressing for it; the office decides about supervision."""
        return "urge_ticket" if turn.speaker.role == Role.ENTERPRISE and "督办" in turn.text else None

    def asks_when(self, turn: Turn) -> str | None:
        """“多久能弄好”, right after a ticket was spoken of, asks for its deadline."""
        spoken_of = turn.memory.intent in OF_TICKETS and turn.memory.recent.get("ticket")
        return "ticket_status" if spoken_of and _WHEN_DONE.search(turn.text) else None

    # -- helpers ------------------------------------------------------------------------------------------------

    def _mine(self, turn: Turn) -> Sequence[Ticket]:
        return self.tickets.of_speaker(turn.session, turn.speaker, turn.now)

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


def _score(said: object) -> int | None:
    """Read the score of a pressed button: its value comes from outside."""
    return next((score for score in SCORES if str(score) == str(said)), None)


def _history_line(at: Any, event: Event, note: str) -> str:
    moment = local(at)
    tail = f"：{note}" if note else ""
    return f"{moment.month}月{moment.day}日 {moment:%H:%M} {EVENT_LABELS[event]}{tail}"


def register(router: Router, following: Following) -> None:
    """Register the enterprise's side."""
    choosing = following.choosing
    router.on("ticket_status", needs_identity=True)(following.status)
    router.on("urge_ticket", needs_identity=True)(following.urge)
    router.press("urge")(following.urge)
    router.afterthought = following.afterthought
    router.readings += [
        following.bare_number,
        following.takes_back,
        following.adds,
        following.asks_to_supervise,
        following.asks_when,
    ]
    router.press("my_tickets")(following.mine)
    router.press("ticket")(lambda turn: following.detail(turn, choosing.by_number(turn, turn.argument)))

    def which(verb: str, statuses: list[Status]) -> Any:
        return lambda turn, values: choosing.one(turn, values, verb, statuses)

    router.form("add_to_ticket", Addition, title="补充情况", resolve=which("补充", OPEN_STATUSES), needs_identity=True)(
        following.add
    )
    router.form(
        "withdraw_ticket",
        Withdrawal,
        title="撤回诉求",
        resolve=which("撤回", OPEN_STATUSES),
        confirm=following.confirm_withdrawal,
        needs_identity=True,
    )(following.withdraw)
    router.form("rate_ticket", Rating, title="评价办理结果", resolve=following.ask_score, needs_identity=True)(
        following.rate
    )

    @router.press("rate")
    def rate(turn: Turn) -> Reply:
        number, _, score = turn.argument.partition("=")
        ticket = choosing.by_number(turn, number)
        return following.rate(turn, Rating(ticket=ticket.number, score=_score(score) or 4))
