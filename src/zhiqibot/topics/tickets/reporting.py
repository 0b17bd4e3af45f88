"""反映问题 by chat: one sentence is enough; only what is missing is asked for."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from zhiqibot.content.county import County
from zhiqibot.core.clock import local
from zhiqibot.core.errors import PersonError
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.filling import CONFIRM_BUTTONS
from zhiqibot.dialogue.forms import Ask
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.tickets import notices, pointing
from zhiqibot.topics.tickets.amending import Amending, complains
from zhiqibot.topics.tickets.matters import matters
from zhiqibot.topics.tickets.model import Ticket
from zhiqibot.topics.tickets.report_form import IssueReport, substance
from zhiqibot.topics.tickets.service import Draft, TicketService

EMERGENCY_TOPICS = {
    "power": "energy",
    "gas": "energy",
    "water": "public_services",
    "safety": "environment_safety",
}
FILED = "filed"
"""Key of `memory.recent`: what was filed last, so that the same is not filed twice unawares."""
SHOWN = 300
"""Characters of a story that a card shows."""
MISREAD = frozenset({"out_of_scope", "ask_policy", "affirm", "deny", "cancel", "thanks"})
EXPECTS_MORE = timedelta(minutes=10)
"""How long after filing a correction still goes to the ticket just filed."""
_BLAMES = re.compile(
    r"收[了过我]|拿了|要了|索|吃|不作为|态度|刁难|骂|不管|没来|推诿|推脱|敷衍|欺负|威胁|卡着|举报|投诉|好处|不接电话|不办事"
)
_THEM = re.compile(r"他们?家?|这家|那家|人家|该企业|该公司|刚才")
_FILES_FOR = re.compile(
    r"^(?:那|再|还|也|另外|顺便|麻烦)*(?:给|帮|替|为)(?:他们?家?|她们?|这家|那家|人家|企业)(?:也|再)?(?:登记|反映|上报|报|提)(?:一下|一个|个|上|一件|件)?(?=.{3,})"
)
_CLAUSES = re.compile(r"[。！!？?；;，,、\n]+")


class WhichEnterprise(PersonError):
    """A cadre or clerk reported without saying for whom."""

    text = "没有找到这家企业。请写全称或简称，例如：德润机械。"


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
        if not values.get("confidential") and self._in_confidence(turn, values["description"]):
            values["confidential"] = "yes"
        if not values.get("counted"):
            values["counted"] = True
            self._one_at_a_time(turn, values)
        return self._whose(turn, values)

    def _in_confidence(self, turn: Turn, description: str) -> bool:
        """Tell whether it must not reach the one it is about: by the county's words, in this clause or a later one of
        the same message, or because it blames the linked cadre by name."""
        texts = ((one, str(one["text"])) for one in turn.memory.queue)
        beside = [one for one, text in texts if self.county.confides(text) and not complains(text)]
        if beside:  # “……别说是我说的” is no request of its own
            turn.memory.queue[:] = [one for one in turn.memory.queue if one not in beside]
        if beside or self.county.confides(description):
            return True
        directory, own = self.tickets.directory, turn.speaker.enterprise_id
        day = local(turn.now).date()
        cadre = directory.linked_cadre(turn.session, own, day) if own and _BLAMES.search(description) else None
        return bool(cadre and directory.name(cadre) in description)

    def _one_at_a_time(self, turn: Turn, values: dict[str, Any]) -> None:
        """“第一，缺工；第二，贷款难” are two matters for two units: one after the other."""
        parts = matters(values["description"], self.topic_of, self._unit_for)
        if len({self.topic_of(part)[0] for part in parts}) < 2:
            return
        whose = values.get("enterprise") or values["description"]  # staff name the enterprise once
        values["description"], values["topic"] = parts[0], self.topic_of(parts[0])[0]
        turn.memory.queue[:0] = [
            {"text": part, "intent": "report_issue", "slots": {"description": part, "enterprise": whose}}
            for part in parts[1:]
        ]

    def _unit_for(self, topic: str, text: str) -> str:
        return self.county.route(topic, text, "").lead

    def _whose(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        speaker = turn.speaker
        if speaker.role == Role.ENTERPRISE:
            values["enterprise"] = speaker.enterprise_id
            return None
        directory = self.tickets.directory
        said = values.get("enterprise") or values["description"]
        found = turn.session.get(Enterprise, said) or directory.find_enterprise(turn.session, said)
        spoken_of = str(turn.memory.recent.get("enterprise") or "")
        if not found and spoken_of and _THEM.search(values["description"] + turn.text):
            found = turn.session.get(Enterprise, spoken_of)  # whom the record of the visit just made is about
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
        rows = [
            ("企业", enterprise.name),
            ("问题", shown(report.description)),
            ("地点", report.location),
            ("类别", self.topic_titles.get(report.topic, "其他") + ("（紧急）" if report.urgent else "")),
            ("交给", "纪检监督人员（保密通道，被反映单位和包联干部看不到）" if secret else unit.name if unit else ""),
            ("办结期限", self._limit(report, due)),
        ]
        later = sum(one["intent"] == "report_issue" for one in turn.memory.queue)
        counted = f"您说了 {later + 1} 件事，由不同单位管，一件一件登记。先看这一件：" if later else ""
        lead = counted or "我整理了一下，请确认是否按这样登记："
        lines = [self._hotline(report), self._before(turn, report), lead, self._unknown_year(due.year)]
        buttons = list(CONFIRM_BUTTONS)
        if secret:
            buttons.insert(1, button("改为普通办理", "set:confidential=no"))
        text = "\n".join(line for line in lines if line)
        return OutboundMessage(text=text, card=card("反映问题", rows), buttons=tuple(buttons))

    def shown_again(self, turn: Turn) -> OutboundMessage:
        """Show the report on the table as it now stands."""
        values = turn.open_form.values
        ask = self.resolve(turn, values)
        turn.open_form.asked, turn.open_form.refused = (ask.field if ask else ""), False
        if ask:
            return ask.message
        return self.confirm(
            turn, IssueReport(**{one.name: values.get(one.name, one.default) for one in fields(IssueReport)})
        )

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
        if report.replaces:
            old = self.tickets.find(turn.session, turn.speaker, report.replaces, turn.now)
            self.tickets.withdraw(turn.session, turn.speaker, old, turn.now)
        turn.memory.recent[FILED] = {"number": ticket.number, "text": report.description}
        turn.memory.recent["ticket"] = ticket.number
        until = (turn.now + EXPECTS_MORE).isoformat()
        turn.memory.recent["more"] = {"ticket": ticket.number, "until": until, "only_corrections": True}
        self.tickets.journal.pass_on(turn.session, ticket, turn.memory.recent.pop("files", []), turn.now)
        gone = f"\n原来的 {report.replaces} 已撤回。" if report.replaces else ""
        return say(f"{self._filed(turn, ticket)}{gone}", buttons=after_buttons(ticket))

    def route_of(self, turn: Turn, description: str) -> str:
        """Return the id of the unit that a description would go to."""
        kind = EMERGENCY_TOPICS.get(self.emergency(description) or "")
        return self.county.route(kind or self.topic_of(description)[0], description, turn.speaker.region).lead

    def _before(self, turn: Turn, report: IssueReport) -> str:
        """Say that the same was filed before, or what this report takes the place of."""
        if report.replaces:
            return f"这是另一个单位管的事：确认后按下面的内容重新登记，原来的 {report.replaces} 同时撤回。"
        filed = turn.memory.recent.get(FILED)
        if filed and filed["text"] == report.description:
            return (
                f"提醒一下：一样的内容刚登记过，编号 {filed['number']}。确认的话会再登记一件；只是着急可以说“催一下”。"
            )
        return ""

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
        reports = cadre is not None and cadre.id == turn.speaker.person_id  # for the enterprise they look after
        told = f"，并通知了包联干部{directory.name(cadre)}" if cadre and not reports else ""
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

    def files_for(self, turn: Turn) -> str | None:
        """“再给他们登记个缺人的事”: staff who want something filed for a firm report it."""
        staff = turn.speaker.role in (Role.CADRE, Role.OFFICE, Role.CLERK)
        return "report_issue" if staff and _FILES_FOR.match(turn.text.strip()) else None

    def must_be_heard(self, turn: Turn) -> str | None:
        """People in danger, and complaints about officials, are reports however they are worded."""
        if turn.speaker.role != Role.ENTERPRISE:
            return None
        if turn.memory.recent.get("ticket") and pointing.names_one(turn.text):
            return None  # “就那个停电的”, of what was reported
        blames = turn.act.intent in (*MISREAD, "human_agent") and self.county.confides(turn.text)
        heard = blames or (turn.act.intent in MISREAD and self.emergency(turn.text))
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
    router.readings += [reporting.must_be_heard, reporting.files_for]
    router.stories.add("report_issue")
    amending = Amending(reporting.topic_titles, reporting.topic_of, reporting.county.confides, reporting.shown_again)
    router.form(
        "report_issue",
        IssueReport,
        title="反映问题",
        resolve=reporting.resolve,
        confirm=reporting.confirm,
        opening=reporting.opening,
        supplement="description",
        aside=amending.aside,
        needs_identity=True,
    )(reporting.finish)
