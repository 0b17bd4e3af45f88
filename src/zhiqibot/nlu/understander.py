"""Understanding: a message, a role and a reference time in; requests with slots out. No database, no clock."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from zhiqibot.content.intents import IntentContent
from zhiqibot.nlu import acts
from zhiqibot.nlu.chinese_time import Direction, WorkdayCalendar, find_times
from zhiqibot.nlu.contacts import joined, without_contacts
from zhiqibot.nlu.context import SHORT_ANSWER, Context
from zhiqibot.nlu.corpus import Reader
from zhiqibot.nlu.homophones import homophones_of
from zhiqibot.nlu.model import Model
from zhiqibot.nlu.normal import NormalText
from zhiqibot.nlu.reading import TOPICAL, Reading, softmax
from zhiqibot.nlu.semantic import SecondOpinion
from zhiqibot.nlu.slots.part import Part
from zhiqibot.nlu.slots.reader import ASKED_SLOTS, SlotReader
from zhiqibot.nlu.understanding import Act, Understanding

LONG_STORY, SHORTEST_CLAUSE, MOST_CLAUSES = 60, 5, 24
_CLAUSE = re.compile(r"[。！!？?；;，,、\n]+")
SURE_OF_TOPIC = 0.7
READ_WHOLE = 800  # characters
_LOOKS_BACK = frozenset({"report_issue", "verify_inspection", "log_visit", "add_to_ticket", "progress_update"})
_LOOKS_AHEAD = frozenset({"book_event", "reschedule_booking", "create_event", "request_extension", "list_events"})
_TELLING = frozenset({"topic", "description"})
_ANYWHERE = (
    "event_kind", "date", "time", "attendees", "subject", "location", "occurred_at", "urgency", "ticket_no", "score",
    "agency", "record_no", "enterprise_name", "uscc", "department", "capacity", "topic",
)  # fmt: skip
"""Slots worth taking from any answer while a form is open; the form keeps those it has fields for."""


class Understander:
    """Understands messages. Holds no state between them: one object may serve any number of conversations."""

    def __init__(
        self,
        content: IntentContent,
        model: Model,
        reader: Reader,
        slots: SlotReader,
        workdays: WorkdayCalendar,
        second: SecondOpinion | None = None,
    ) -> None:
        self._content, self._model, self._reader, self._slots, self._workdays = content, model, reader, slots, workdays
        self._second = second
        self._homophones = homophones_of(model, self.sounds, self.cut)
        self.second_opinions = 0
        """How often the semantic layer has been asked."""
        self._context = Context(content, model.intents, lambda text: slots.stories.emergency(text) is not None)

    def understand(
        self, text: str, now: datetime, *, role: str = "enterprise", asked: str | None = None
    ) -> Understanding:
        """Return the requests of a message, at least one; never raises, whatever the text.

        `asked` names what the bot has just asked for (a slot, or "confirm"); a bare answer then fills that slot."""
        asked = ASKED_SLOTS.get(asked, asked) if asked else None
        contacts = joined(self._reader.normaliser.read(text))
        normal = contacts.normal
        # of the same length; slots are read from what was written
        said = self._homophones.mend(without_contacts(normal.text, contacts.telephones))
        known: dict[tuple[int, int], Reading] = {}

        def reading(start: int, end: int) -> Reading:
            if (start, end) not in known:
                known[start, end] = self._read(said[start:end].strip(), role, asked)
            return known[start, end]

        stretches = acts.cut(said, reading)
        found = []
        for start, end in (acts.heart(said, *at) for at in stretches):
            read = self._reconsidered(reading(start, end), said[start:end].strip(), role, asked)
            read = read.beside if len(stretches) > 1 else read
            found.append(self._act(normal.part(start, end), now, read, asked))
        return Understanding(text, tuple(found))

    def chance_inside(self, text: str) -> float:
        """Return how likely a text is our business at all; 0.5 is where the gate opens."""
        said = self._homophones.mend(self._reader.normaliser.read(text).text)
        return self._reconsidered(self._read(said, "office", None), said, "office", None).scores.inside

    def cut(self, text: str) -> list[str]:
        """Cut a text into words; the policy desk uses the same dictionary, which takes 35 MB."""
        return self._reader.featurizer.cut(text)

    @property
    def has_semantic(self) -> bool:
        """Tell whether the semantic layer works here."""
        return self._second is not None

    @property
    def sounds(self) -> Mapping[int, str]:
        """How characters sound, for `str.translate`; the policy desk finds homophones by it."""
        return self._reader.featurizer.sounds

    def topic_of(self, text: str) -> tuple[str, float]:
        """Return the likeliest topic of a text, with its confidence."""
        chances = softmax(self._model.score(self._reader.bags(text)).topics)
        if len(text) > LONG_STORY:  # what most of its clauses are about counts more than one loud word
            clauses = [clause for clause in _CLAUSE.split(text) if len(clause) >= SHORTEST_CLAUSE][:MOST_CLAUSES]
            each = [softmax(self._model.score(self._reader.bags(clause)).topics) for clause in clauses]
            chances = np.mean([chances, *each], axis=0)
        best = max((i for i, name in enumerate(self._model.topics) if name), key=lambda i: float(chances[i]))
        return self._model.topics[best], float(chances[best])

    def slots_of(self, text: str, now: datetime, names: Collection[str], *, asked: str | None = None) -> dict[str, Any]:
        """Return only these slots of a text, whatever it means as a whole."""
        normal = joined(self._reader.normaliser.read(text)).normal
        part = self._part(normal, now, "", ASKED_SLOTS.get(asked, asked) if asked else None)
        found = self._slots.read(part, names)
        if "topic" in names and part.text:
            found["topic"] = self.topic_of(text)[0]
        return found

    def is_urgent(self, text: str) -> bool:
        """Tell whether what a text reports must be handed over at once."""
        return self._slots.stories.is_urgent(self._reader.normaliser.read(text).text)

    def emergency(self, text: str) -> str | None:
        """Return power, gas, water or safety when a repair or rescue hotline is needed now."""
        return self._slots.stories.emergency(self._reader.normaliser.read(text).text)

    def _read(self, text: str, role: str, asked: str | None) -> Reading:
        if len(text) > READ_WHOLE:  # the point of a long message stands at its ends
            text = f"{text[: READ_WHOLE // 2]}\n{text[-READ_WHOLE // 2 :]}"
        scores = self._model.score(self._reader.featurizer.bags(text))
        return Reading(self._model, scores, self._context.weigh(scores, text, role, asked))

    def _reconsidered(self, reading: Reading, text: str, role: str, asked: str | None) -> Reading:
        """Ask the semantic layer about a stretch the linear model is unsure of; bare answers mean nothing to it."""
        if self._second is None or not reading.unsure or (asked and len(text) <= SHORT_ANSWER):
            return reading
        self.second_opinions += 1
        scores = self._second.blend(reading.scores, text)
        return Reading(self._model, scores, self._context.weigh(scores, text, role, asked))

    def _act(self, normal: NormalText, now: datetime, reading: Reading, asked: str | None) -> Act:
        ranking = reading.ranking
        intent, confidence = ranking[0]
        part = self._part(normal, now, intent, asked)
        return Act(
            part.written(0, len(part.text), trim=" ,:;、，：；\n\t"),
            intent,
            confidence,
            ranking,
            self._filled(part, reading),
        )

    def _filled(self, part: Part, reading: Reading) -> dict[str, Any]:
        """Return the slots of the intent and, while a form is open, whatever else an answer may hold."""
        intent = self._content.intents.get(part.intent)
        names = dict.fromkeys(intent.slots if intent else ())
        if part.asked:
            names |= dict.fromkeys((*_ANYWHERE, part.asked))
        if not names:
            return {}
        found = self._slots.read(part, names)
        wanted = intent is not None and "topic" in intent.slots
        if wanted or part.asked in _TELLING or (part.asked and reading.topic_chance >= SURE_OF_TOPIC):
            topic = reading.best_topic if part.intent in TOPICAL else reading.topic
            if part.intent == "report_issue" and len(part.text) > LONG_STORY:
                topic = self.topic_of(part.text)[0]
            found.update({"topic": topic} if topic else {})
        if part.asked and not wanted and found.get("urgency") == "normal":
            del found["urgency"]
        if part.intent == "report_issue" and "description" not in found:  # nothing is told yet
            for name in ("topic", "urgency"):
                found.pop(name, None)
        return found

    def _part(self, normal: NormalText, now: datetime, intent: str, asked: str | None) -> Part:
        prefer: Direction | None = "past" if intent in _LOOKS_BACK else "future" if intent in _LOOKS_AHEAD else None
        times = self._context.bare_time(normal.text, asked, now, self._workdays) if asked in ("date", "time") else []
        times = times or find_times(normal.text, now, workdays=self._workdays, prefer=prefer)
        return Part(normal, now, intent, asked, tuple(times))
