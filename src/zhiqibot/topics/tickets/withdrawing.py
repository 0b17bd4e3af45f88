"""撤回 by chat: asked once, done when the enterprise says so in whatever words, with what is to be reported instead."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.errors import NotAllowed
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.forms import Ask, Hearing, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, as_list, button, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.choosing import Choosing, number_said
from zhiqibot.topics.tickets.following import OPEN_STATUSES
from zhiqibot.topics.tickets.service import TicketService
from zhiqibot.topics.tickets.several import Deed, Together

_ANEW = re.compile(
    r"(?:重新|另外?|再)(?:给我|帮我)?(?:报|登记|反映|提)(?:上|一?[个件条下])*(?P<what>[^，,。；;]{2,200}?)的?[吧。]*$"
)
_GOES_THROUGH = re.compile(
    r"^(?:那|就|好的?|行|嗯|对|是|帮我|给我|把它|[，, ])*(?:撤回|撤销|撤掉|撤|销)(?:掉|了|它|吧|呗|啊)*[。！!]*$"
    r"|^(?:因为|我们?|俺们?|这[个件]?|那[个件]?|问题|事儿?|人家)*(?:已经?|都)?(?:自己|我们自己)?(?:解决|修好|弄好|办好|处理好|搞定)了"
    r"(?:[，,。！! ]*(?:不用(?:管|麻烦|办|跑|来)|谢|麻烦|撤)[^，,。没不又还但]{0,8})?[，,。！! ]*$"
)
"""“撤吧”, “已经自己解决了”: to the question whether to withdraw they say yes, and why."""
_NOT_OVER = re.compile(
    r"^(?:但|可是?|不过|其实|[，,])*(?:还|又|根本|压根|一直)?(?:没有?|未)(?:修|弄|解决|办|处理|搞)(?:好|完|定|妥)?[了呢啊嘞。！!]*$"
)
"""“还没修好呢” says no."""
_NUMBERED = re.compile(
    r"^(?:请|麻烦|帮我|给我|把)*(?:撤回|撤销|撤掉|撤)(?:一?下)?\d{1,4}号?(?:单子?|工单|诉求|那?[个件])?[吧了。！!]*$"
)
"""“撤回3号” names a ticket by its place or its last digits, not a day."""
KEPT = "好的，没有撤回，照常办理。有进展会通知您。"


def reported_anew(hearing: Hearing) -> str | None:
    """Read what “撤回0003，重新报一个停水的” wants reported instead."""
    found = _ANEW.search(hearing.text)
    return found["what"] if found else None


@dataclass(frozen=True)
class Withdrawal:
    """撤回诉求."""

    ticket: str = question("", read=number_said, label="编号", default=None)
    then: str = question("", read=lambda heard: reported_anew(heard), label="", default="")
    """What is to be reported in its place."""


@dataclass(frozen=True)
class Withdrawing:
    """The handlers."""

    tickets: TicketService
    choosing: Choosing
    begin: Callable[[Turn, str, str, dict[str, Any]], Reply]
    """Opens the form of what is reported instead."""

    def withdraw(self, turn: Turn, form: Withdrawal) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        self.tickets.withdraw(turn.session, turn.speaker, ticket, turn.now)
        done = say(
            f"已撤回 {ticket.number}（{notices.title(ticket)}），承办单位会收到通知，不再办理。以后再遇到问题，随时告诉我。"
        )
        if not form.then:
            return done
        turn.memory.form = None
        return [done, *as_list(self.begin(turn, "report_issue", form.then, {"description": form.then}))]

    def which_to_withdraw(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the ticket; nobody but its enterprise is even asked. Raises NotAllowed and Conflict."""
        if turn.speaker.role != Role.ENTERPRISE:
            raise NotAllowed(what="撤回诉求", who="诉求所属企业")
        ask = self.choosing.one(turn, values, "撤回", OPEN_STATUSES)
        if ask is None:
            self.tickets.withdrawable(self.choosing.by_number(turn, values["ticket"]))
        return ask

    def confirm_withdrawal(self, turn: Turn, form: Withdrawal) -> OutboundMessage:
        ticket = self.choosing.by_number(turn, form.ticket)
        return say(
            f"确认撤回 {ticket.number}（{notices.title(ticket)}，{notices.status_label(ticket)}）吗？撤回后不再办理。",
            buttons=[button("确认撤回", "yes", primary=True), button("先不撤", "cancel")],
        )

    def decided(self, turn: Turn) -> Reply | None:
        """Take “撤吧” and “已经解决了”, said to the confirmation, as the yes they are, “还没修好” as the no."""
        form, said = turn.open_form, turn.text.strip()
        if not form.asked and _NOT_OVER.match(said):
            turn.memory.form = None
            return say(KEPT)
        if form.asked or not form.values.get("ticket") or not _GOES_THROUGH.match(said):
            return None
        withdrawal = Withdrawal(ticket=form.values["ticket"], then=form.values.get("then") or "")
        reply = self.withdraw(turn, withdrawal)
        if turn.memory.form is form:
            turn.memory.form = None
        return reply

    def numbered(self, turn: Turn) -> str | None:
        """“撤回3号” withdraws."""
        ours = turn.speaker.role == Role.ENTERPRISE
        return "withdraw_ticket" if ours and _NUMBERED.match(turn.text.strip()) else None


def register(router: Router, withdrawing: Withdrawing, together: Together) -> None:
    """Register 撤回."""
    router.form(
        "withdraw_ticket",
        Withdrawal,
        title="撤回诉求",
        resolve=withdrawing.which_to_withdraw,
        confirm=withdrawing.confirm_withdrawal,
        aside=withdrawing.decided,
        kept=KEPT,
        needs_identity=True,
    )(withdrawing.withdraw)
    router.readings.append(withdrawing.numbered)
    tickets = withdrawing.tickets
    together.deeds["withdraw_ticket"] = Deed(
        "撤回",
        OPEN_STATUSES,
        lambda turn, ticket, _: tickets.withdraw(turn.session, turn.speaker, ticket, turn.now),
        roles=frozenset({Role.ENTERPRISE}),
    )
