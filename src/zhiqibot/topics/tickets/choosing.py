"""Which ticket is meant: by number, by “刚才那件”, because there is only one, or by asking."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.errors import Conflict, NotFound
from zhiqibot.dialogue.forms import Ask, Hearing
from zhiqibot.dialogue.turn import Turn, button, say
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.model import Status, Ticket
from zhiqibot.topics.tickets.service import TicketService

MOST_CHOICES = 6
JUST_NOW = ("刚才", "刚刚", "刚报", "上一个", "上一件", "上一条", "上次", "那件", "那个", "这件", "这个", "它")


def number_said(hearing: Hearing) -> str | None:
    """Read a ticket number or its tail."""
    said = hearing.slots.get("ticket_no")
    if said:
        return str(said)
    answer = hearing.text.strip()
    if not hearing.asked:
        return None
    return answer.zfill(4) if answer.isdigit() and len(answer) <= 4 else answer[:60] or None


_NUMBER = re.compile(r"ZQM?[0-9A-F]*-?[0-9A-F]+|\d{4}")
_PLACES = "一二三四五六七八九十"
_PLACE = re.compile(r"第([一二三四五六七八九十]|\d)[个件条]")
_SHORT_NUMBER = re.compile(r"(?<![\d月年/.-])(\d{1,3})号(?!楼|车间|厂|门|路|线|库|院|井|炉)")


@dataclass(frozen=True)
class Choosing:
    """Finds the ticket a person means, among those they may see."""

    tickets: TicketService

    def by_number(self, turn: Turn, said: str) -> Ticket:
        """Return the ticket of a number; remember it as “刚才那件”."""
        ticket = self.tickets.find(turn.session, turn.speaker, said, turn.now)
        turn.memory.recent["ticket"] = ticket.number
        return ticket

    def one(self, turn: Turn, values: dict[str, Any], verb: str, statuses: Sequence[Status]) -> Ask | None:
        """Put the number of the ticket meant into `values["ticket"]`, or return the question which one.

        Raises NotFound for an unknown number, Conflict when there is nothing to `verb`."""
        said = str(values.pop("ticket", None) or "")
        if _NUMBER.fullmatch(said):
            values["ticket"] = self.by_number(turn, said).number
            return None
        candidates = self.tickets.of_speaker(turn.session, turn.speaker, turn.now, statuses=statuses)
        recent = None if _SHORT_NUMBER.search(turn.text) else self._recent(turn, candidates)
        if recent:
            values["ticket"] = recent.number
            return None
        pointed = _by_short_number(turn.text, candidates) or (_by_place(said, candidates) if said else None)
        if pointed:
            values["ticket"] = pointed.number
            turn.memory.recent["ticket"] = pointed.number
            return None
        named = [ticket for ticket in candidates if _named(ticket, turn.text)]
        if len(named) == 1 or len(candidates) == 1:
            chosen = (named if len(named) == 1 else candidates)[0]
            values["ticket"] = chosen.number
            turn.memory.recent["ticket"] = chosen.number
            return None
        if not candidates and turn.memory.recent.get("ticket"):  # its state tells better why not
            values["ticket"] = self.by_number(turn, turn.memory.recent["ticket"]).number
            return None
        if not candidates:
            raise Conflict(reason=f"您目前没有可以{verb}的诉求。有新的问题可以直接告诉我，我来登记。")
        shown = candidates[:MOST_CHOICES]
        buttons = [button(ticket.number, f"set:ticket={ticket.number}") for ticket in shown]
        items = [notices.summary(ticket) for ticket in shown]
        return Ask("ticket", say(f"您要{verb}的是哪一件？点编号，或者直接发编号给我。", items=items, buttons=buttons))

    def _recent(self, turn: Turn, candidates: Sequence[Ticket]) -> Ticket | None:
        number = turn.memory.recent.get("ticket")
        if not number:
            return None
        try:
            ticket = self.tickets.find(turn.session, turn.speaker, number, turn.now)
        except NotFound:
            return None
        pointed = any(word in turn.text for word in JUST_NOW)
        return ticket if pointed or ticket in candidates else None


def _named(ticket: Ticket, text: str) -> bool:
    """Tell whether a sentence names a ticket by a stretch of its title (three characters in common)."""
    title = ticket.title
    return any(title[i : i + 3] in text for i in range(len(title) - 2))


def _by_short_number(text: str, candidates: Sequence[Ticket]) -> Ticket | None:
    """Return the candidate that “7号那个” means, if exactly one ends in that number."""
    said = _SHORT_NUMBER.search(text)
    found = [ticket for ticket in candidates if said and int(ticket.number.rsplit("-", 1)[-1]) == int(said[1])]
    return found[0] if len(found) == 1 else None


def _by_place(said: str, candidates: Sequence[Ticket]) -> Ticket | None:
    """Return the candidate that “第二个” or a word of its title (“那个路的”) means."""
    place = _PLACE.search(said)
    if place:
        position = int(place[1]) if place[1].isdigit() else _PLACES.index(place[1]) + 1
        return candidates[position - 1] if 0 < position <= len(candidates) else None
    words = [word for word in re.split(r"[那这个件条的是要，,。\s]+", said) if word]
    fitting = [ticket for ticket in candidates if any(word in ticket.title for word in words)]
    return fitting[0] if len(fitting) == 1 else None
