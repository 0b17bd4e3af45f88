"""反映问题 by chat: one sentence is enough; only what is missing is asked for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zhiqibot.content.county import County
from zhiqibot.core.clock import local
from zhiqibot.core.errors import PersonError
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.filling import CONFIRM_BUTTONS
from zhiqibot.dialogue.forms import Ask, Hearing, from_slot, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.model import Ticket
from zhiqibot.topics.tickets.service import Draft, TicketService

LONGEST = 2000
SHORTEST_STORY = 3
EMERGENCY_TOPICS = {
    "power": "energy",
    "gas": "energy",
    "water": "public_services",
    "safety": "environment_safety",
}
SHOWN = 300
"""Characters of a story that a card shows."""
MISREAD = frozenset({"out_of_scope", "ask_policy", "affirm", "deny", "cancel", "thanks"})
EXPECTS_MORE = timedelta(minutes=10)
"""How long after filing a correction still goes to the ticket just filed."""
_MEDIA = re.compile(r"[\[【](?:图片|照片|语音|视频|文件|表情|动画表情|位置|链接|名片|聊天记录)[\]】]")
"""What a messenger writes in the place of what it could not copy; it tells nothing."""
_CLAUSES = re.compile(r"[。！!？?；;，,、\n]+")

_OPENING = re.compile(
    r"^(?:您好|你好|喂|哎|那个|请问|麻烦)*[，,。！! ]*(?:我们?(?:公司|厂|企业)?|俺们?|咱们?)?(?:又|还|想|要|得|需要|来|再)*(?:跟你们?|给你们?|向你们?)?"
    r"(?:反映|反应|投诉|报告|上报|举报|提|说|报|登记|反馈)(?:一下|下)?(?:一?[个件些点]儿?)?"
)
_CLOSING = re.compile(r"(?:方面|上)?的?(?:问题|情况|诉求|困难|事情|事儿?|难题)?[吧啊呢。！!？? ]*$")


class WhichEnterprise(PersonError):
    """A cadre or clerk reported without saying for whom."""

    text = "没有找到这家企业。请写全称或简称，例如：德润机械。"


def substance(text: str) -> str:
    """Return what is left of a report without “我想反映个…问题”; empty when it only announces one or shows a picture."""
    told = _MEDIA.sub("", text).strip()
    opened = _OPENING.sub("", told)
    if opened == told:
        return opened
    return _CLOSING.sub("", opened).strip("，,。：: ")


def story(hearing: Hearing) -> str | None:
    """Read what happened."""
    text = str(hearing.slots.get("description") or hearing.text).strip()
    if hearing.asked:
        return hearing.text.strip()[:LONGEST] if len(substance(hearing.text)) >= 2 else None
    kept = substance(text)
    announced = kept != text  # “我要反映用电的问题” names a field; “停电” says what happened
    return text[:LONGEST] if len(kept) >= (SHORTEST_STORY if announced else 2) else None


def urgency(hearing: Hearing) -> bool | None:
    """Read whether it burns."""
    return True if hearing.slots.get("urgency") == "urgent" else None


def enterprise_said(hearing: Hearing) -> str | None:
    """Read an enterprise's name: what understanding matched, or the whole answer."""
    said = hearing.slots.get("enterprise") or hearing.slots.get("enterprise_name")
    return str(said) if said else (hearing.text.strip() or None if hearing.asked else None)


@dataclass(frozen=True)
class IssueReport:
    """What a report needs; everything but the story has a default."""

    description: str = question(
        "请说说具体是什么情况（哪里、什么事、从什么时候开始）？",
        read=story,
        label="问题描述",
        free_text=True,
        example="集聚区三号车间今早停电，机器全停了",
    )
    topic: str = question("", read=from_slot("topic"), label="类别", default="", derived=True)
    location: str = question("", read=from_slot("location"), label="地点", default="")
    urgent: bool = question("", read=urgency, label="紧急程度", default=False)
    enterprise: str = question("请问是哪家企业的问题？", read=enterprise_said, label="企业", default="")
    confidential: str = question("", read=lambda _: None, label="保密", default="")


@dataclass(frozen=True)
class Reporting:
    """The handlers; `topic_of` and `emergency` are understanding's."""

    tickets: TicketService
    county: County
    topic_titles: dict[str, str]
    topic_of: Callable[[str], tuple[str, float]]
    emergency: Callable[[str], str | None]

    def opening(self, turn: Turn) -> str:
        """Show that what was named so far was heard."""
        named = substance(turn.act.text)
        return f"好的，您要反映“{named}”方面的情况。" if named and named != turn.act.text else "好的，我来帮您登记。"

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the topic and the enterprise; a complaint about officials is offered the confidential lane."""
        urgent_topic = EMERGENCY_TOPICS.get(self.emergency(values["description"]) or "")
        if urgent_topic:
            values["topic"] = urgent_topic
        if values.get("topic") not in self.topic_titles or values["topic"] == "other":  # perhaps more was said since
            values["topic"] = self.topic_of(values["description"])[0]
        if not values.get("confidential") and self.county.confides(values["description"]):
            values["confidential"] = "yes"
        return self._whose(turn, values)

    def _whose(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        speaker = turn.speaker
        if speaker.role == Role.ENTERPRISE:
            values["enterprise"] = speaker.enterprise_id
            return None
        directory = self.tickets.directory
        said = values.get("enterprise") or values["description"]
        found = turn.session.get(Enterprise, said) or directory.find_enterprise(turn.session, said)
        if found:
            values["enterprise"] = found.id
            return None
        values.pop("enterprise", None)
        day = local(turn.now).date()
        linked = directory.linked_enterprises(turn.session, speaker.person_id or "", day)[:6]
        buttons = [button(one.name, f"set:enterprise={one.id}") for one in linked]
        return Ask("enterprise", say("请问这是哪家企业的问题？我登记到它名下。", buttons=buttons))

    def confirm(self, turn: Turn, report: IssueReport) -> OutboundMessage:
        """Show what will be filed, the repair hotline first when it burns."""
        directory = self.tickets.directory
        enterprise = directory.enterprise(turn.session, report.enterprise)
        if enterprise is None:
            raise WhichEnterprise
        secret = report.confidential == "yes"
        route = self.county.route(report.topic, report.description, enterprise.region)
        unit = directory.unit(turn.session, route.lead)
        due = self.tickets.calendar.add(local(turn.now).date(), self.county.clocks.ordinary)
        fields = [
            ("企业", enterprise.name),
            ("问题", shown(report.description)),
            ("地点", report.location),
            ("类别", self.topic_titles.get(report.topic, "其他") + ("（紧急）" if report.urgent else "")),
            ("交给", "纪检监督人员（保密通道，被反映单位和包联干部看不到）" if secret else unit.name if unit else ""),
            ("办结期限", self._limit(report, due)),
        ]
        lines = [self._hotline(report), "我整理了一下，请确认是否按这样登记：", self._unknown_year(due.year)]
        buttons = list(CONFIRM_BUTTONS)
        if secret:
            buttons.insert(1, button("改为普通办理", "set:confidential=no"))
        text = "\n".join(line for line in lines if line)
        return OutboundMessage(text=text, card=card("反映问题", fields), buttons=tuple(buttons))

    def finish(self, turn: Turn, report: IssueReport) -> Reply:
        """File the ticket and say what happens next."""
        draft = Draft(
            enterprise_id=report.enterprise,
            reporter_id=turn.speaker.person_id if turn.speaker.role == Role.ENTERPRISE else None,
            topic=report.topic,
            description=report.description,
            location=report.location,
            urgent=bool(report.urgent),
            confidential=report.confidential == "yes",
            title=self._title(report),
        )
        ticket = self.tickets.open(turn.session, draft, turn.now)
        turn.memory.recent["ticket"] = ticket.number
        until = (turn.now + EXPECTS_MORE).isoformat()
        turn.memory.recent["more"] = {"ticket": ticket.number, "until": until, "only_corrections": True}
        self.tickets.journal.pass_on(turn.session, ticket, turn.memory.recent.pop("files", []), turn.now)
        return say(self._filed(turn, ticket), buttons=after_buttons(ticket))

    def _limit(self, report: IssueReport, due: date) -> str:
        limit = f"{notices.day(due)}前（{self.county.clocks.ordinary} 个工作日）"
        return f"紧急事项，登记后立即交办；最迟 {limit}" if report.urgent else limit

    def _filed(self, turn: Turn, ticket: Ticket) -> str:
        if ticket.confidential:
            return (
                f"已登记，保密编号 {ticket.number}。只有纪检监督人员能看到，被反映单位和包联干部看不到。\n"
                "有进展会在这里告诉您；凭编号随时可以查。"
            )
        unit = self.tickets.unit_name(turn.session, ticket)
        directory = self.tickets.directory
        cadre = directory.linked_cadre(turn.session, ticket.enterprise_id, local(turn.now).date())
        told = f"，并通知了包联干部{directory.name(cadre)}" if cadre else ""
        return (
            f"已登记，编号 {ticket.number}。已交{unit}办理{told}，"
            f"办结期限 {notices.day(ticket.due_on)}。\n签收、有进展和办结时都会在这里通知您；随时可以说“查进度”或“催一下”。"
        )

    def _title(self, report: IssueReport) -> str:
        """Name a rambling story by the clause that says most about its topic."""
        clauses = [clause.strip() for clause in _CLAUSES.split(report.description) if 4 <= len(clause.strip()) <= 28]
        if len(report.description) <= 28 or not clauses:
            return ""
        rated = [(self.topic_of(clause), clause) for clause in clauses[:12]]
        fitting = [(sure, clause) for (topic, sure), clause in rated if topic == report.topic]
        return max(fitting, key=lambda pair: pair[0])[1] if fitting else ""

    def must_be_heard(self, turn: Turn) -> str | None:
        """People in danger, and complaints about officials, are reports however they are worded."""
        if turn.speaker.role != Role.ENTERPRISE:
            return None
        complains = turn.act.intent in (*MISREAD, "human_agent") and self.county.confides(turn.text)
        heard = complains or (turn.act.intent in MISREAD and self.emergency(turn.text))
        return "report_issue" if heard else None

    def before_identity(self, turn: Turn) -> str:
        """A stranger reads the repair hotline before they are asked who they are."""
        line = self.county.hotlines.get(self.emergency(turn.act.text) or "")
        return f"情况紧急的话，请先拨打{line.name}：{line.phone}。" if line else ""

    def _hotline(self, report: IssueReport) -> str:
        kind = self.emergency(report.description) if report.confidential != "yes" else None
        line = self.county.hotlines.get(kind or "")
        return f"情况紧急的话，请先拨打{line.name}：{line.phone}。" if line else ""

    def _unknown_year(self, year: int) -> str:
        known = self.tickets.calendar.known(year)
        return "" if known else f"（{year} 年放假安排尚未公布，期限暂按周末推算。）"


def after_buttons(ticket: Ticket) -> list[Any]:
    return [button("查看进度", f"do:ticket:{ticket.number}"), button("补充情况", "intent:add_to_ticket")]


def shown(description: str) -> str:
    """Return a story as a card shows it: a very long one is cut there, and stored whole."""
    if len(description) <= SHOWN:
        return description
    return f"{description[:SHOWN]}……（共 {len(description)} 字，全文已保存）"


def register(router: Router, reporting: Reporting) -> None:
    """Register 反映问题."""
    router.before_identity["report_issue"] = reporting.before_identity
    router.readings.append(reporting.must_be_heard)
    router.form(
        "report_issue",
        IssueReport,
        title="反映问题",
        resolve=reporting.resolve,
        confirm=reporting.confirm,
        opening=reporting.opening,
        supplement="description",
        needs_identity=True,
    )(reporting.finish)
