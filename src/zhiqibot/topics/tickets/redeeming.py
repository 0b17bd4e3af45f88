"""兑现申请 by chat: “研判通过，下月兑现”, “研判不通过，因为……”, and “我的补贴到哪一步了”."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.forms import Ask, Hearing, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, as_list, button, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.choosing import Choosing, number_said
from zhiqibot.topics.tickets.model import Status, Ticket
from zhiqibot.topics.tickets.redemption import Redemptions, month_after, undecided

DECIDE, STATUS = "decide_redemption", "redemption_status"
MOST_SHOWN = 6
SHORTEST_REASON = 4
YES, NO = "通过", "不通过"
_MONEY = re.compile(r".*(?:钱|款)")
_NOT_PASSED = re.compile(r"研判(?:结果)?(?:是|为)?(?:没有?|未|不)(?:能)?(?:通过|过)|不予(?:兑现|受理)|不符合条件")
_PASSED = re.compile(
    r"研判(?:已经|已)?(?:都)?(?:通过|过了|合格|没问题)|(?:同意|予以|可以)(?:下月|次月|下个月)?兑现|(?:下月|次月|下个月)兑现"
)
_REASON = re.compile(r"(?:因为|原因(?:是|：|:)?|理由(?:是|：|:)?|由于)[，,：: ]*(?P<why>.{3,})", re.DOTALL)
_AFTER_NO = re.compile(r"(?:不通过|没通过|未通过|不予兑现|没有通过)[，,：:。 ]+(?P<why>.{4,})", re.DOTALL)
_WHERE = re.compile(
    r"(?:补贴|奖补|奖励|奖金|补助|兑现|申领|申请|申报).{0,10}(?:到哪|哪一步|进度|进展|咋样|怎么样|批了|批下来|下来没|有结果|研判|"
    r"什么时候(?:能)?(?:发|到账|兑现|下来)|啥时候(?:能)?(?:发|到账|兑现|下来)|多久(?:能)?(?:发|到账|兑现|下来))"
    r"|(?:钱|款).{0,4}(?:什么时候|啥时候|几时|多久|哪天).{0,3}(?:发|到|下来)"
)
_WHY_NOT = re.compile(
    r"(?:为(?:什么|啥|何)|咋|怎么|凭(?:什么|啥)|啥原因|什么原因).{0,8}(?:没(?:有)?(?:通过|批|给批)|不(?:通过|批|予兑现|给兑现))"
)
LONGEST_QUESTION = 24
"""Characters; a longer sentence with these words tells of some other money, or of trouble."""

Detail = Callable[[Turn, Ticket], Reply]


def verdict_said(hearing: Hearing) -> str | None:
    """Read whether it passed."""
    if _NOT_PASSED.search(hearing.text) or (hearing.asked and hearing.text.strip() == NO):
        return NO
    passed = _PASSED.search(hearing.text) or (hearing.asked and hearing.text.strip() in (YES, "过"))
    return YES if passed else None


def reason_said(hearing: Hearing) -> str | None:
    """Read why it did not pass."""
    found = _REASON.search(hearing.text) or _AFTER_NO.search(hearing.text)
    if found:
        return found["why"].strip(" ，,。")[:500]
    text = hearing.text.strip()
    answers = hearing.asked and len(text) >= SHORTEST_REASON and not text.endswith(("？", "?", "吗"))
    return text[:500] if answers else None


@dataclass(frozen=True)
class Decision:
    """研判."""

    verdict: str = question(
        "研判通过了吗？",
        read=verdict_said,
        label="研判结果",
        buttons=[button("通过，下月兑现", f"set:verdict={YES}", primary=True), button(NO, f"set:verdict={NO}")],
    )
    reason: str = question("请写明不通过的原因（企业会看到）：", read=reason_said, label="原因", default="")
    ticket: str = question("", read=number_said, label="编号", default=None)


@dataclass(frozen=True)
class Redeeming:
    """The handlers; `show` is the detail of a ticket, `begin` opens a form."""

    redemptions: Redemptions
    choosing: Choosing
    show: Detail
    begin: Callable[[Turn, str, str, dict[str, Any]], Reply]

    def means(self, turn: Turn) -> str | None:
        """Tell whether a sentence decides about an application, or asks how far one has got."""
        if turn.speaker.role in (Role.CLERK, Role.OFFICE, Role.CADRE):
            said = Hearing(turn.text, {}, turn.now, turn.speaker, asked=False)
            return DECIDE if "研判" in turn.text and verdict_said(said) else None
        if not turn.speaker.bound or turn.act.slots.get("ticket_no"):
            return None
        asks_why = len(turn.text) <= LONGEST_QUESTION and _WHY_NOT.search(turn.text)
        if not asks_why and not _WHERE.search(turn.text):
            return None
        found = self.redemptions.of_speaker(turn.session, turn.speaker, turn.now)
        if asks_why:
            return STATUS if any(ticket.status == Status.DECLINED for ticket in found) else None
        return STATUS if found and (len(turn.text) <= LONGEST_QUESTION or not _MONEY.match(turn.text)) else None

    def status(self, turn: Turn) -> Reply:
        """Show where the applications stand; one alone in full."""
        found = self.redemptions.of_speaker(turn.session, turn.speaker, turn.now)
        if not found:
            return say("目前没有您的兑现申请。想申请哪一项，直接说名称就行。")
        declined = [ticket for ticket in found if ticket.status == Status.DECLINED]
        if declined and _WHY_NOT.search(turn.text):
            found = declined[:1]
        if len(found) == 1:
            return [say(self._told(turn, found[0])), *as_list(self.show(turn, found[0]))]
        items = [self._told(turn, ticket) for ticket in found[:MOST_SHOWN]]
        buttons = [button(ticket.number, f"do:ticket:{ticket.number}") for ticket in found[:MOST_SHOWN]]
        return say(f"您的兑现申请共 {len(found)} 件：", items=items, buttons=buttons)

    def _told(self, turn: Turn, ticket: Ticket) -> str:
        why = self.redemptions.why_declined(turn.session, ticket)
        if why:
            why = f"{why.rstrip('。')}。{self.redemptions.where_to_go(turn.session, ticket).rstrip('。')}"
        return told(ticket, local(turn.now).date(), why)

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the application meant; a refusal needs its reason. Raises Conflict and NotFound."""
        waiting = [one for one in self.redemptions.of_speaker(turn.session, turn.speaker, turn.now) if undecided(one)]
        if not values.get("ticket") and not turn.slots.get("ticket_no"):
            if not waiting:
                raise Conflict(reason="目前没有等您研判的兑现申请。")
            recent = turn.memory.recent.get("ticket")
            chosen = waiting if len(waiting) == 1 else [one for one in waiting if one.number == recent]
            if len(chosen) != 1:
                buttons = [button(one.number, f"set:ticket={one.number}") for one in waiting[:MOST_SHOWN]]
                items = [notices.summary(one) for one in waiting[:MOST_SHOWN]]
                return Ask("ticket", say("研判的是哪一件？点编号就行。", items=items, buttons=buttons))
            values["ticket"] = chosen[0].number
        ticket = self.choosing.by_number(turn, str(values.get("ticket") or turn.slots["ticket_no"]))
        self.redemptions.check(turn.session, turn.speaker, ticket, turn.now)
        values["ticket"] = ticket.number
        if values.get("verdict") == NO and not values.get("reason"):
            return Ask("reason", say("请写明不通过的原因（企业会看到）："))
        return None

    def confirm(self, turn: Turn, form: Decision) -> OutboundMessage:
        ticket = self.choosing.by_number(turn, form.ticket)
        pay = month_after(local(turn.now).date())
        result = f"通过，预计{pay.year}年{pay.month}月兑现" if form.verdict == YES else "不通过"
        fields = [
            ("申请事项", notices.title(ticket)),
            ("研判结果", result),
            ("原因", form.reason if form.verdict == NO else ""),
        ]
        buttons = [button("确认", "yes", primary=True), button("取消", "cancel")]
        return say("请确认，确认后告知企业：", card=card(f"研判 {ticket.number}", fields), buttons=buttons)

    def finish(self, turn: Turn, form: Decision) -> Reply:
        ticket = self.choosing.by_number(turn, form.ticket)
        if form.verdict == NO:
            self.redemptions.decline(turn.session, turn.speaker, ticket, form.reason, turn.now)
            return say(f"{ticket.number}（{notices.title(ticket)}）已记为不予兑现，原因和咨询电话已告知企业。")
        self.redemptions.approve(turn.session, turn.speaker, ticket, turn.now)
        pay = notices.month(ticket.pay_month or "")
        text = f"{ticket.number}（{notices.title(ticket)}）已研判，预计{pay}兑现，企业已收到通知。拨付后请说“办结”，期限 {notices.day(ticket.due_on)}。"
        return say(text)

    def press(self, verdict: str) -> Callable[[Turn], Reply]:
        """Return what a button under the notice does."""

        def pressed(turn: Turn) -> Reply:
            ticket = self.choosing.by_number(turn, turn.argument)
            return self.begin(turn, DECIDE, "", {"ticket": ticket.number, "verdict": verdict})

        return pressed


def told(ticket: Ticket, today: date, why: str = "") -> str:
    """Say in a sentence where an application stands; `why` is the reason of a refusal."""
    name, late = f"{ticket.number}「{notices.title(ticket)}」", ticket.due_on < today
    if ticket.status == Status.IN_PROGRESS and ticket.pay_month:
        more = "已经过了这个时间，可以点“催办”。" if late else ""
        return f"{name}已研判，预计{notices.month(ticket.pay_month)}兑现。{more}"
    if ticket.status == Status.DECLINED:
        return f"{name}研判没有通过{f'，原因：{why}' if why else ''}。"
    where, day = notices.status_label(ticket), notices.day(ticket.due_on)
    until = f"，应在{day}前出研判结果，已经超期，可以点“催办”" if late else f"，{day}前出研判结果"
    return f"{name}目前是“{where}”{until if undecided(ticket) else ''}。"


def register(router: Router, redeeming: Redeeming) -> None:
    """Register the decision and the question how far an application has got."""
    router.form(
        DECIDE, Decision, title="研判", resolve=redeeming.resolve, confirm=redeeming.confirm, needs_identity=True
    )(redeeming.finish)
    router.on(STATUS, needs_identity=True)(redeeming.status)
    router.press("redeem_yes")(redeeming.press(YES))
    router.press("redeem_no")(redeeming.press(NO))
    router.readings.append(redeeming.means)
