"""The same done to several tickets at one word: “两个都催一下”, “0003给5分，0007给2分”; listed and confirmed once."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhiqibot.core.errors import PersonError
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.forms import Ask, Hearing, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.topics.tickets import notices, pointing
from zhiqibot.topics.tickets.choosing import Choosing
from zhiqibot.topics.tickets.model import Status, Ticket

INTENT = "several_tickets"
SHORTEST_DETAIL = 3
SAYS = 2
"""Characters between two numbers from which they say something of the first."""
_BETWEEN = re.compile(r"[\s，,。；;、和跟与及还有把将都也号]")
SHORT = 12
"""Characters up to which a sentence only changes a particular."""

SlotsOf = Callable[[str, datetime], dict[str, Any]]
Steps = Sequence[Sequence[str]]
"""Pairs of a ticket's number and what is to be done with it in particular (a unit, a score); JSON-able."""


@dataclass(frozen=True)
class Deed:
    """What may be done to several tickets at once."""

    verb: str
    statuses: Sequence[Status]
    do: Callable[[Turn, Ticket, str], None]
    read: Callable[[Turn, str, dict[str, Any]], str] = lambda turn, text, slots: ""
    """Reads the particular from a piece of the sentence and its slots; empty where there is none."""
    ask: str = ""
    """How the particular is asked for, where it is needed; empty: none is needed."""
    show: Callable[[Turn, str], str] = lambda turn, detail: detail
    """Puts the particular in words."""
    every: bool = True
    """“都” may mean all that are open; else only numbers count."""
    roles: frozenset[str] = frozenset({"enterprise", "cadre", "office"})
    """Who may do it, as understanding knows roles."""


@dataclass(frozen=True)
class Several:
    """What the form holds: the deed, the tickets, and what is still to be said of all of them."""

    deed: str = question("", read=lambda _: None, label="", default="")
    steps: Sequence[Sequence[str]] = question("", read=lambda _: None, label="", default=())
    detail: str = question("", read=lambda heard: _detail(heard), label="内容", default="", free_text=True)


@dataclass
class Together:
    """Hears that several are meant, shows them, does each."""

    choosing: Choosing
    begin: Callable[[Turn, str, str, dict[str, Any]], Reply]
    slots_of: SlotsOf
    deeds: dict[str, Deed] = field(default_factory=dict)
    """By the intent that does it to one ticket."""

    def take(self, turn: Turn) -> Reply | None:
        """Open the confirmation when a sentence speaks of more than one ticket; None where it does not."""
        intent = self._intent(turn)
        deed = self.deeds.get(intent)
        if deed is None or turn.speaker.language_role not in deed.roles or turn.act.text.strip() != turn.text.strip():
            return None
        steps = self._numbered(turn, deed) or (self._all(turn, deed) if deed.every else [])
        if len(steps) < 2:
            return None
        turn.memory.form = None
        return self.begin(turn, INTENT, turn.text, {"deed": intent, "steps": steps})

    def aside(self, turn: Turn) -> Reply | None:
        """“都改成5分” changes what is to be done with each of them."""
        form = turn.open_form
        deed = self.deeds[form.values["deed"]]
        new = self._read(turn, deed, turn.text) if deed.ask and not form.asked and len(turn.text) <= SHORT else ""
        if not new or new == turn.text:
            return None
        form.values["steps"] = [[number, new] for number, _ in form.values["steps"]]
        return self.confirm(turn, Several(form.values["deed"], form.values["steps"]))

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Ask for the particular that is missing; it holds for all of them."""
        deed = self.deeds[values["deed"]]
        said = values.get("detail") or ""
        if said:
            read = deed.read(turn, said, self.slots_of(said, turn.now)) or ""
            values["steps"] = [[number, detail or read] for number, detail in values["steps"]]
            values["detail"] = "" if not read else said
        if deed.ask and any(not detail for _, detail in values["steps"]):
            return Ask("detail", say(f"这 {len(values['steps'])} 件，{deed.ask}"))
        return None

    def confirm(self, turn: Turn, form: Several) -> OutboundMessage:
        deed = self.deeds[form.deed]
        items = []
        self.choosing.show(turn, [self.choosing.by_number(turn, number) for number, _ in form.steps])
        for number, detail in form.steps:
            ticket = self.choosing.by_number(turn, number)
            items.append(f"{number}　{notices.title(ticket)}{f'：{deed.show(turn, detail)}' if detail else ''}")
        buttons = [button(f"确认{deed.verb}", "yes", primary=True), button("取消", "cancel")]
        return say(f"要{deed.verb}下面这 {len(items)} 件，确认吗？", items=items, buttons=buttons)

    def finish(self, turn: Turn, form: Several) -> Reply:
        """Do each; what cannot be done is said, the others are done all the same."""
        deed = self.deeds[form.deed]
        lines = []
        for number, detail in form.steps:
            try:
                ticket = self.choosing.by_number(turn, number)
                deed.do(turn, ticket, detail)
                lines.append(f"{number}　{notices.title(ticket)}：已{deed.verb}，目前{notices.status_label(ticket)}")
            except PersonError as error:
                lines.append(f"{number}：{error}")
        return say(f"{deed.verb}好了，逐件结果如下，相关的人会收到通知：", items=lines)

    # -- helpers ------------------------------------------------------------------------------------------------

    def _intent(self, turn: Turn) -> str:
        """Return the deed meant: of the sentence, of the form that asks which one, or of the buttons just shown."""
        form = turn.memory.form
        if form and form.intent != INTENT:
            return form.intent if form.asked == "ticket" else ""
        pressed = {value.split(":")[1] for _, value in turn.memory.choices if value.startswith("do:")}
        offered = [intent for intent in self.deeds if pressed == {intent.split("_")[0]}]
        bare = len(turn.text.strip()) <= SHORTEST_DETAIL + 1
        return offered[0] if offered and bare else turn.act.intent

    def _numbered(self, turn: Turn, deed: Deed) -> Steps:
        """Return what is said of each number; a number alone shares what is said of the others."""
        candidates = self.choosing.candidates(turn, [])
        found = [
            (ticket.number, start, end)
            for said, start, end in pointing.numbers(turn.text)
            if (ticket := pointing.ends_in(said, candidates))
        ]
        if len({number for number, _, _ in found}) < 2:
            return []
        ends = [start for _, start, _ in found[1:]] + [len(turn.text)]
        steps: dict[str, str] = {}
        silent: set[str] = set()
        for (number, _, after), end in zip(found, ends, strict=True):
            steps[number] = self._read(turn, deed, turn.text[after:end])
            if not steps[number] and len(_BETWEEN.sub("", turn.text[after:end])) >= SAYS:
                silent.add(number)  # something is said of it that could not be read: it is asked for
        shared = {detail for number, detail in steps.items() if detail}
        alike = shared.pop() if len(shared) == 1 else ""
        return [[number, detail or ("" if number in silent else alike)] for number, detail in steps.items()]

    def _all(self, turn: Turn, deed: Deed) -> Steps:
        found = self.choosing.several(turn, deed.statuses)
        detail = self._read(turn, deed, turn.text) if found else ""
        return [[ticket.number, detail] for ticket in found]

    def _read(self, turn: Turn, deed: Deed, piece: str) -> str:
        return deed.read(turn, piece, dict(self.slots_of(piece, turn.now)))


def _detail(heard: Hearing) -> str | None:
    return heard.text.strip() or None if heard.asked else None


def register(router: Router, together: Together) -> None:
    """Register the confirmation; the deeds are added by those who do them to one ticket."""
    router.commands.append(together.take)
    router.form(
        INTENT,
        Several,
        title="逐件办理",
        resolve=together.resolve,
        confirm=together.confirm,
        aside=together.aside,
        needs_identity=True,
    )(together.finish)
