"""Understanding: a message, a role and a reference time in; requests with slots out. No database, no clock."""

import re
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from zhiqibot.content.intents import OUT_OF_SCOPE, IntentContent
from zhiqibot.core.errors import BotError
from zhiqibot.nlu import acts
from zhiqibot.nlu.chinese_time import Direction, WorkdayCalendar, find_times
from zhiqibot.nlu.context import NEVER, Context
from zhiqibot.nlu.corpus import Reader, make_reader
from zhiqibot.nlu.model import Floats, Model, ModelUnusable, Scores, load_model, model_key
from zhiqibot.nlu.normal import NormalText
from zhiqibot.nlu.slots.part import Part
from zhiqibot.nlu.slots.reader import ASKED_SLOTS, SlotReader
from zhiqibot.nlu.understanding import Act, Understanding

RANKED = 5
LONG_STORY, SHORTEST_CLAUSE, MOST_CLAUSES = 60, 5, 24
_CLAUSE = re.compile(r"[。！!？?；;，,、\n]+")
SURE_OF_TOPIC = 0.7
READ_WHOLE = 800  # characters
TRAINING_TIMEOUT_S = 300.0
_LOOKS_BACK = frozenset({"report_issue", "verify_inspection", "log_visit", "add_to_ticket", "progress_update"})
_LOOKS_AHEAD = frozenset({"book_event", "reschedule_booking", "create_event", "request_extension", "list_events"})
_ALWAYS_TOPICAL = frozenset({"report_issue", "ask_policy"})
_TELLING = frozenset({"topic", "description"})
_ANYWHERE = (
    "event_kind", "date", "time", "attendees", "subject", "location", "occurred_at", "urgency", "ticket_no", "score",
    "agency", "record_no", "enterprise_name", "uscc", "department", "capacity", "topic",
)  # fmt: skip
"""Slots worth taking from any answer while a form is open; the form keeps those it has fields for."""


class TrainingFailed(BotError):
    """The language model could not be trained; `reason` is what the training process said."""

    text = "语言模型训练失败：{reason}"


class Understander:
    """Understands messages. Holds no state between them: one object may serve any number of conversations."""

    def __init__(
        self, content: IntentContent, model: Model, reader: Reader, slots: SlotReader, workdays: WorkdayCalendar
    ) -> None:
        self._content, self._model, self._reader, self._slots, self._workdays = content, model, reader, slots, workdays
        self._context = Context(content, model.intents, lambda text: slots.stories.emergency(text) is not None)

    def understand(
        self, text: str, now: datetime, *, role: str = "enterprise", asked: str | None = None
    ) -> Understanding:
        """Return the requests of a message, at least one; never raises, whatever the text.

        `asked` names what the bot has just asked for (a slot, or "confirm"); a bare answer then fills that slot."""
        asked = ASKED_SLOTS.get(asked, asked) if asked else None
        normal = self._reader.normaliser.read(text)
        known: dict[tuple[int, int], _Reading] = {}

        def reading(start: int, end: int) -> _Reading:
            if (start, end) not in known:
                known[start, end] = self._read(normal.text[start:end], role, asked)
            return known[start, end]

        stretches = acts.cut(normal.text, lambda start, end: reading(start, end).verdict)
        found = [self._act(normal.part(*at), now, reading(*acts.heart(normal.text, *at)), asked) for at in stretches]
        return Understanding(text, tuple(found))

    def chance_inside(self, text: str) -> float:
        """Return how likely a text is our business at all; 0.5 is where the gate opens."""
        return self._model.score(self._reader.bags(text)).inside

    def cut(self, text: str) -> list[str]:
        """Cut a text into words; the policy desk uses the same dictionary, which takes 35 MB."""
        return self._reader.featurizer.cut(text)

    def topic_of(self, text: str) -> tuple[str, float]:
        """Return the likeliest topic of a text, with its confidence."""
        chances = _softmax(self._model.score(self._reader.bags(text)).topics)
        if len(text) > LONG_STORY:  # what most of its clauses are about counts more than one loud word
            clauses = [clause for clause in _CLAUSE.split(text) if len(clause) >= SHORTEST_CLAUSE][:MOST_CLAUSES]
            each = [_softmax(self._model.score(self._reader.bags(clause)).topics) for clause in clauses]
            chances = np.mean([chances, *each], axis=0)
        best = max((i for i, name in enumerate(self._model.topics) if name), key=lambda i: float(chances[i]))
        return self._model.topics[best], float(chances[best])

    def slots_of(self, text: str, now: datetime, names: Collection[str], *, asked: str | None = None) -> dict[str, Any]:
        """Return only these slots of a text, whatever it means as a whole."""
        part = self._part(self._reader.normaliser.read(text), now, "", ASKED_SLOTS.get(asked, asked) if asked else None)
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

    def _read(self, text: str, role: str, asked: str | None) -> "_Reading":
        if len(text) > READ_WHOLE:  # the point of a long message stands at its ends
            text = f"{text[: READ_WHOLE // 2]}\n{text[-READ_WHOLE // 2 :]}"
        scores = self._model.score(self._reader.featurizer.bags(text))
        return _Reading(self._model, scores, self._context.weigh(scores, text, role, asked))

    def _act(self, normal: NormalText, now: datetime, reading: "_Reading", asked: str | None) -> Act:
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

    def _filled(self, part: Part, reading: "_Reading") -> dict[str, Any]:
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
            topic = reading.best_topic if part.intent in _ALWAYS_TOPICAL else reading.topic
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


class _Reading:
    """One stretch of text as the model sees it, weighed for role and question."""

    def __init__(self, model: Model, scores: Scores, weighed: Floats) -> None:
        chances = _softmax(weighed)
        best = np.argsort(-chances)[:RANKED]
        self._inside = scores.inside
        self._scores, self._model = scores, model
        self._ranking = tuple((model.intents[i], float(chances[i])) for i in best)

    @property
    def ranking(self) -> tuple[tuple[str, float], ...]:
        """The likeliest intents with their chances; out_of_scope leads when the gate keeps the message out."""
        if self._inside >= 0.5:
            return self._ranking
        outside = 1.0 - self._inside
        return ((OUT_OF_SCOPE, outside), *((name, chance * self._inside) for name, chance in self._ranking[:-1]))

    @property
    def topic(self) -> str:
        """The topic, or nothing when none is named."""
        return self._model.topics[int(self._scores.topics.argmax())]

    @property
    def best_topic(self) -> str:
        """The likeliest topic, however unlikely."""
        return max(
            zip(self._scores.topics, self._model.topics, strict=True), key=lambda pair: pair[0] if pair[1] else NEVER
        )[1]

    @property
    def topic_chance(self) -> float:
        return float(_softmax(self._scores.topics).max())

    @property
    def verdict(self) -> tuple[str, float, str]:
        """Intent, confidence and topic."""
        return (*self.ranking[0], self.topic)


def _softmax(scores: Floats) -> Floats:
    powers: Floats = np.exp(scores - scores.max())
    powers /= powers.sum()
    return powers


def load_understander(
    content: IntentContent,
    cache: Path,
    *,
    workdays: WorkdayCalendar,
    enterprise_names: Sequence[str] = (),
    unit_names: Mapping[str, str] | None = None,
) -> Understander:
    """Return an understander for this content; trains first, in a process of its own, unless `cache` has its model.

    `unit_names` maps what people call an office to its full name. Raises TrainingFailed."""
    key = model_key(content)
    try:
        model = load_model(cache, key)
    except ModelUnusable:  # missing, damaged, or of older content
        print("语言模型需要训练（内容有更新或首次启动），约十几秒……", file=sys.stderr, flush=True)
        _train_in_child(content, cache)
        model = load_model(cache, key)
    reader = make_reader(content.lexicon, content.lists, model.sound_codes)
    slots = SlotReader(content, enterprise_names, unit_names or {})
    return Understander(content, model, reader, slots, workdays)


def _train_in_child(content: IntentContent, cache: Path) -> None:
    """Train in a child, so that scikit-learn (100 MB) never loads here."""
    command = [sys.executable, "-m", "zhiqibot.nlu.training", str(content.folder), str(cache)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TRAINING_TIMEOUT_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TrainingFailed(reason=error) from error
    sys.stderr.write(done.stderr)
    if done.returncode:
        raise TrainingFailed(reason=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode)
