"""Which of a person's bookings is meant: the only one, the one just made, the one of that day, or by asking."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.forms import Ask
from zhiqibot.dialogue.turn import Turn, button, say
from zhiqibot.topics.events import wording
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.choosing import Choosing
from zhiqibot.topics.events.own import Own
from zhiqibot.topics.events.pointing import beyond, picked

_JUST_NOW = re.compile(r"刚才|刚刚|刚报|那[个场次]|这[个场次]|上[一个次]")


@dataclass(frozen=True)
class Whose:
    """Finds the booking that a form is about."""

    choosing: Choosing
    bookings: BookingService

    def mine(self, turn: Turn, verb: str) -> list[Own]:
        found = self.bookings.of_person(turn.session, turn.speaker.person_id or "", turn.now)
        if not found:
            raise Conflict(reason=f"您目前没有可以{verb}的报名。想看近期活动，发“最近有什么活动”。")
        return found

    def which(self, turn: Turn, values: dict[str, Any], found: list[Own], fitting: list[Own], verb: str) -> Ask | None:
        """Put the id of the booking meant into `values`, or ask which."""
        said = str(values.get("booking_id") or "")
        if said:
            session_of = picked(said, [one for _, one in fitting or found])
            chosen = [own for own in found if own[0].id == said or (session_of and own[1].id == session_of.id)]
        else:
            chosen = fitting
            recent = [own for own in fitting if own[0].id == turn.memory.recent.get("booking")]
            if len(fitting) > 1 and recent and _JUST_NOW.search(turn.text):
                chosen = recent
        if len(chosen) == 1:
            values["booking_id"] = chosen[0][0].id
            return None
        values.pop("booking_id", None)
        lead = "" if fitting else "没有找到您说的这一场报名。"
        if said.startswith("#"):
            lead = beyond(said, len(fitting or found))
        return Ask("booking_id", choices(f"{lead}您现在的报名有这些，要{verb}哪一场？", fitting or found))

    def get(self, turn: Turn, booking_id: str) -> Own:
        booking = self.bookings.own(turn.session, turn.speaker, booking_id)
        return booking, self.choosing.events.find(turn.session, booking.session_id)


def led(lead: str, message: OutboundMessage) -> OutboundMessage:
    """Put a word before a message."""
    return message.model_copy(update={"text": f"{lead}{message.text}"})


def choices(text: str, own: Sequence[Own]) -> OutboundMessage:
    """Ask which of these bookings, with a button for each."""
    buttons = [button(wording.short(one), f"set:booking_id={booking.id}") for booking, one in own[:6]]
    return say(text, items=[wording.booking_line(one, booking) for booking, one in own], buttons=buttons)
