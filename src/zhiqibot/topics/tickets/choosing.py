"""Which ticket is meant: by number, by a word of its title, by its place in the list, as “刚才那件”, or by asking."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict, NotFound
from zhiqibot.dialogue.forms import Ask, Hearing
from zhiqibot.dialogue.turn import Turn, button, say
from zhiqibot.topics.tickets import notices, pointing
from zhiqibot.topics.tickets.model import Status, Ticket
from zhiqibot.topics.tickets.service import TicketService

MOST_CHOICES = 6
MOST_LOOKED_AT = 200
LONGEST_POINTER = 12
"""Characters up to which an answer to “哪一件” is words that point, not a story."""
JUST_NOW = ("刚才", "刚刚", "刚报", "上一个", "上一件", "上一条", "上次", "那件", "那个", "这件", "这个", "它")
SHOWN = "tickets_shown"
"""Key of the numbers listed last, in `memory.recent`: what “第二个” counts."""

_NUMBER = re.compile(r"ZQM?[0-9A-F]*-?[0-9A-F]+|\d{4}")
_PLAIN_ANSWER = re.compile(r"\d{1,4}")


def number_said(hearing: Hearing) -> str | None:
    """Read a ticket number or its tail; asked for it, also words that point at one (“第二个”, “停电那个”)."""
    said = hearing.slots.get("ticket_no")
    if said:
        return str(said)
    answer = hearing.text.strip()
    if not hearing.asked:
        return pointing.phrase(answer) or None
    if _PLAIN_ANSWER.fullmatch(answer):
        return answer.zfill(4)
    points = len(answer) <= LONGEST_POINTER or pointing.numbers(answer)
    return answer[:60] if answer and points else None


@dataclass(frozen=True)
class Choosing:
    """Finds the ticket a person means, among those they may see."""

    tickets: TicketService

    def by_number(self, turn: Turn, said: str) -> Ticket:
        """Return the ticket of a number; remember it as “刚才那件”."""
        ticket = self.tickets.find(turn.session, turn.speaker, said, turn.now)
        turn.memory.recent["ticket"] = ticket.number
        return ticket

    def show(self, turn: Turn, tickets: Sequence[Ticket]) -> None:
        """Remember a list as it is shown: “第二个” counts in it."""
        turn.memory.recent[SHOWN] = [ticket.number for ticket in tickets]

    def one(self, turn: Turn, values: dict[str, Any], verb: str, statuses: Sequence[Status]) -> Ask | None:
        """Put the number of the ticket meant into `values["ticket"]`, or return the question which one.

        Raises NotFound for an unknown number, Conflict when there is nothing to `verb`."""
        said = str(values.pop("ticket", None) or "")
        if _NUMBER.fullmatch(said):
            values["ticket"] = self.by_number(turn, said).number
            return None
        candidates = self.candidates(turn, statuses)
        number = self._pointed(turn, f"{said} {turn.text}" if said != turn.text else said, candidates)
        number = number or self._recent(turn, candidates)
        if not number and len(candidates) == 1:
            number = candidates[0].number
        if not number and not candidates:  # the state of the one spoken of tells better why not
            number = str(turn.memory.recent.get("ticket") or "")
        if number:
            values["ticket"] = self.by_number(turn, number).number
            return None
        if not candidates:
            raise Conflict(reason=f"您目前没有可以{verb}的诉求。有新的问题可以直接告诉我，我来登记。")
        return self._ask(turn, verb, candidates)

    def several(self, turn: Turn, statuses: Sequence[Status]) -> list[Ticket]:
        """Return the tickets that “都”, “两个都” mean; empty where a sentence does not speak of several."""
        candidates = self.candidates(turn, statuses)
        shown = turn.memory.recent.get(SHOWN, [])
        found = pointing.all_of(turn.text, candidates, shown, local(turn.now).date())
        return found if len(found) > 1 else []

    def candidates(self, turn: Turn, statuses: Sequence[Status]) -> Sequence[Ticket]:
        """Return the tickets in question, in the order in which every list shows them."""
        return self.tickets.of_speaker(turn.session, turn.speaker, turn.now, statuses=statuses, limit=MOST_LOOKED_AT)

    # -- helpers ------------------------------------------------------------------------------------------------

    def _pointed(self, turn: Turn, text: str, candidates: Sequence[Ticket]) -> str:
        """Return the number of the ticket that a sentence points at by itself."""
        place = pointing.by_place(text, turn.memory.recent.get(SHOWN) or [ticket.number for ticket in candidates])
        found = (
            pointing.by_number(text, candidates)
            or pointing.the_other(text, candidates, str(turn.memory.recent.get("ticket") or ""))
            or (None if place else pointing.by_word(text, candidates))
        )
        return found.number if found else place

    def _recent(self, turn: Turn, candidates: Sequence[Ticket]) -> str:
        number = turn.memory.recent.get("ticket")
        if not number or pointing.numbers(turn.text):
            return ""
        try:
            ticket = self.tickets.find(turn.session, turn.speaker, number, turn.now)
        except NotFound:
            return ""
        pointed = any(word in turn.text for word in JUST_NOW)
        return ticket.number if pointed or ticket in candidates else ""

    def _ask(self, turn: Turn, verb: str, candidates: Sequence[Ticket]) -> Ask:
        shown = candidates[:MOST_CHOICES]
        self.show(turn, shown)
        buttons = [button(ticket.number, f"set:ticket={ticket.number}") for ticket in shown]
        items = [notices.summary(ticket) for ticket in shown]
        more = f"（共 {len(candidates)} 件，先列 {len(shown)} 件）" if len(candidates) > len(shown) else ""
        text = f"您要{verb}的是哪一件？{more}点编号，或者直接发编号给我。"
        return Ask("ticket", say(text, items=items, buttons=buttons))
