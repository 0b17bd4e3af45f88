"""What the ledger says to people: assignment notices, changes of state, reminders."""

from datetime import date

from zhiqibot.core.clock import local
from zhiqibot.core.messages import Button, ButtonStyle, OutboundMessage, card
from zhiqibot.topics.tickets.model import LABELS, Kind, Status, Ticket

REDEEMS = "申请兑现："
"""How the title and the description of an application begin; beside a label that says so it is left out."""
WEEKDAYS = "一二三四五六日"


def day(value: date) -> str:
    """Return 12月2日（周三）."""
    return f"{value.month}月{value.day}日（周{WEEKDAYS[value.weekday()]}）"


def status_label(ticket: Ticket) -> str:
    """Return the state as people read it; a reopened ticket says so."""
    label = _redemption_label(ticket) or LABELS[Status(ticket.status)]
    if ticket.reopened and ticket.status in (Status.IN_PROGRESS, Status.ASSIGNED):
        label = f"重新办理（{label}）"
    return f"{label}·挂牌督办" if ticket.supervised else label


def _redemption_label(ticket: Ticket) -> str:
    """A redemption has words of its own: 待研判, 已研判 · 2027年1月兑现, 已兑现; empty where it has none."""
    if ticket.kind != Kind.REDEMPTION:
        return ""
    if ticket.status in (Status.RESOLVED, Status.CLOSED):
        return "已兑现待评价" if ticket.status == Status.RESOLVED else "已兑现"
    if ticket.status == Status.DECLINED:
        return "不予兑现"
    if ticket.status == Status.IN_PROGRESS:
        return f"已研判 · {month(ticket.pay_month)}兑现" if ticket.pay_month else "研判中"
    return ""


def title(ticket: Ticket) -> str:
    """Return what it is about; of an application, what is applied for."""
    return ticket.title.removeprefix(REDEEMS) if ticket.kind == Kind.REDEMPTION else ticket.title


def matter_word(ticket: Ticket) -> str:
    """Return the name of the field that tells what it is about."""
    return "申请" if ticket.kind == Kind.REDEMPTION else "问题"


def due_word(ticket: Ticket) -> str:
    """Return what its deadline is for."""
    if ticket.kind != Kind.REDEMPTION:
        return "办结期限"
    return "兑现期限" if ticket.pay_month else "研判期限"


def kind_word(ticket: Ticket) -> str:
    """Return what people call it."""
    return "兑现申请" if ticket.kind == Kind.REDEMPTION else "诉求"


def month(value: str) -> str:
    """Return 2027年1月 for 2027-01."""
    year, _, number = value.partition("-")
    return f"{year}年{int(number)}月"


def assignment(
    ticket: Ticket, description: str, *, enterprise: str, contact: str, reopened: bool = False
) -> OutboundMessage:
    """交办单 as the unit's clerk and the linked cadre get it."""
    word = "【重新交办】" if reopened else "【交办通知】"
    redemption = ticket.kind == Kind.REDEMPTION
    description = description.removeprefix(REDEEMS) if redemption else description
    urgent = "（紧急，请立即处理）" if ticket.urgent else ""
    return OutboundMessage(
        text=f"{word}您有一件{'政策兑现申请需要研判' if redemption else '企业诉求需要签收'}{urgent}",
        card=card(
            f"{kind_word(ticket)} {ticket.number}",
            [
                ("企业", enterprise),
                ("联系人", contact),
                (matter_word(ticket), description),
                ("地点", ticket.location),
                (due_word(ticket), f"{day(ticket.due_on)}前"),
            ],
            "研判好了，点按钮或者说“研判通过，下月兑现”；不通过的，请带上原因。" if redemption else "",
        ),
        buttons=(
            Button(label="签收", value=f"do:accept:{ticket.number}", style=ButtonStyle.PRIMARY),
            *(decision_buttons(ticket) if redemption else ()),
            Button(label="退回", value=f"do:return:{ticket.number}"),
            Button(label="查看详情", value=f"do:ticket:{ticket.number}"),
        ),
    )


def decision_buttons(ticket: Ticket) -> tuple[Button, ...]:
    """What the unit decides about a redemption."""
    return (
        Button(label="研判通过", value=f"do:redeem_yes:{ticket.number}"),
        Button(label="研判不通过", value=f"do:redeem_no:{ticket.number}"),
    )


def for_cadre(ticket: Ticket, description: str, *, enterprise: str, unit: str) -> OutboundMessage:
    """The linked cadre is told who handles the matter and asked to follow it."""
    redemption = ticket.kind == Kind.REDEMPTION
    what = f"申请兑现一项政策，已交{unit}研判" if redemption else f"反映了一个问题，已交{unit}办理"
    return OutboundMessage(
        text=f"【包联提醒】您包联的{enterprise}{what}，请协助跟进。",
        card=card(
            f"{kind_word(ticket)} {ticket.number}",
            [(matter_word(ticket), description), (due_word(ticket), f"{day(ticket.due_on)}前")],
        ),
        buttons=(Button(label="查看详情", value=f"do:ticket:{ticket.number}"),),
    )


def change(ticket: Ticket, text: str, *, note: str = "") -> OutboundMessage:
    """Tell the enterprise that something happened to its ticket."""
    buttons = [Button(label="查看进度", value=f"do:ticket:{ticket.number}")]
    if ticket.status == Status.RESOLVED:
        buttons = [
            Button(label="满意", value=f"do:rate:{ticket.number}=4", style=ButtonStyle.PRIMARY),
            Button(label="非常满意", value=f"do:rate:{ticket.number}=5"),
            Button(label="基本满意", value=f"do:rate:{ticket.number}=3"),
            Button(label="不满意", value=f"do:rate:{ticket.number}=2"),
            Button(label="还没解决", value=f"do:rate:{ticket.number}=1", style=ButtonStyle.DANGER),
        ]
    suffix = f"\n{note}" if note else ""
    return OutboundMessage(
        text=f"您的{kind_word(ticket)} {ticket.number}（{title(ticket)}）{text}{suffix}", buttons=tuple(buttons)
    )


def work(ticket: Ticket, text: str, *, note: str = "") -> OutboundMessage:
    """Tell the handling side that something happened."""
    suffix = f"\n{note}" if note else ""
    return OutboundMessage(
        text=f"{kind_word(ticket)} {ticket.number}（{title(ticket)}）{text}{suffix}",
        buttons=(Button(label="查看详情", value=f"do:ticket:{ticket.number}"),),
    )


def summary(ticket: Ticket) -> str:
    """One line of a list of tickets."""
    registered = local(ticket.created_at)
    return (
        f"{ticket.number}　{ticket.title}　{status_label(ticket)}"
        f"（{registered.month}月{registered.day}日登记，期限{ticket.due_on.month}月{ticket.due_on.day}日）"
    )
