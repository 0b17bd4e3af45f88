"""All slot readers under one roof: which slots a message fills."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from zhiqibot.content.intents import IntentContent
from zhiqibot.core.numbers import find_uscc
from zhiqibot.nlu.money import find_money
from zhiqibot.nlu.pinyin import Codes, SoundTable
from zhiqibot.nlu.slots import people, story, tickets, traits, when
from zhiqibot.nlu.slots.events import EventKinds
from zhiqibot.nlu.slots.firms import Firms
from zhiqibot.nlu.slots.offices import Offices
from zhiqibot.nlu.slots.part import Part
from zhiqibot.nlu.slots.rating import Ratings

Read = Callable[[Part], Any]

ASKED_SLOTS = {"event": "event_kind", "ticket": "ticket_no", "kind": "event_kind", "enterprise": "enterprise_name"}
"""What the dialogue calls a question, where that differs from the slot it fills."""
_PERIODS = frozenset({"report_stats"})
FULL_NAMES = {"enterprise_name": "enterprise", "department": "unit"}
"""Slots quoted as written come with the directory's full name beside them, where it is known."""


class SlotReader:
    """Reads slots by name; a slot that is not in the message is left out.

    With `codes` (how characters sound), misheard names of events, enterprises and offices are known too."""

    def __init__(
        self,
        content: IntentContent,
        enterprises: Sequence[str],
        units: Mapping[str, str],
        codes: Codes | None = None,
    ) -> None:
        sounds = None if codes is None else SoundTable(codes)
        lists, lexicon = content.lists, content.lexicon
        self.stories = story.Stories(lists.urgent, lists.emergency)
        firms, offices = Firms(enterprises, sounds), Offices({**lexicon.units, **units}, sounds=sounds)
        ratings, events = Ratings(lists.scores, sounds), EventKinds(lexicon.event_kinds, sounds)
        self._readers: dict[str, Read] = {
            "description": story.description,
            "location": story.location,
            "urgency": self.stories.urgency,
            "subject": story.subject,
            "occurred_at": when.occurred_at,
            "date": lambda part: when.period(part) if part.intent in _PERIODS else when.date(part),
            "range": when.period,
            "time": when.time,
            "attendees": people.attendees,
            "capacity": people.capacity,
            "event_kind": events.event_kind,
            "ticket_no": tickets.ticket_no,
            "score": ratings.score,
            "comment": ratings.comment,
            "agency": offices.agency,
            "record_no": offices.record_no,
            "department": offices.department,
            "unit": offices.unit,
            "enterprise_name": firms.enterprise_name,
            "enterprise": firms.enterprise,
            "uscc": _uscc,
            "traits": traits.traits,
            "amount": _amount,
        }

    def read(self, part: Part, names: Collection[str]) -> dict[str, Any]:
        """Return the slots of these names that the message fills; `topic` is read elsewhere."""
        found = {name: self._readers[name](part) for name in names if name in self._readers}
        for name, full in FULL_NAMES.items():
            if found.get(name):
                found[full] = self._readers[full](part)
        return {name: value for name, value in found.items() if value is not None}


_GAPS = re.compile(r"(?<=[0-9a-z])[ -](?=[0-9a-z])")


def _uscc(part: Part) -> str | None:
    """Return the credit code, also one written in groups: 9141 1322 MA3X …"""
    return find_uscc(part.text) or find_uscc(_GAPS.sub("", part.text))


def _amount(part: Part) -> dict[str, Any] | None:
    sums = find_money(part.text)
    if not sums:
        return None
    first = sums[0]
    low, high = (None if side is None else float(side) for side in (first.low, first.high))
    amount = {"text": part.written(*first.span), "low": low, "high": high}
    return amount if first.currency == "CNY" else {**amount, "currency": first.currency}
