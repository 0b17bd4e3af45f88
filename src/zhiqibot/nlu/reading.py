"""One stretch of text as the models see it, weighed for role and question."""

import math
from functools import cached_property

import numpy as np

from zhiqibot.content.intents import OUT_OF_SCOPE
from zhiqibot.nlu.context import NEVER
from zhiqibot.nlu.model import Floats, Model, Scores

RANKED = 5
OPEN, LEANING = 0.5, 0.35
"""The scope gate lets a message in from the first chance on, and from the second a part of one."""
SURE_OF_INTENT, SURE_OF_SCOPE, SURE_OF_TOPIC = 0.55, 0.75, 0.6
"""Below any of these the semantic layer is asked: about one message in ten."""
TOPICAL = frozenset({"report_issue", "ask_policy"})


class Reading:
    """What a stretch means, how likely, and what it is about."""

    def __init__(self, model: Model, scores: Scores, weighed: Floats, gate: float = OPEN) -> None:
        self.scores, self._model, self._chances, self._gate = scores, model, softmax(weighed), gate
        self._best, self._weighed = int(self._chances.argmax()), weighed

    @cached_property
    def beside(self) -> "Reading":
        """The same beside another request: there a short clause (“厂里老停电”) is sooner our business than alone."""
        return Reading(self._model, self.scores, self._weighed, LEANING)

    @cached_property
    def ranking(self) -> tuple[tuple[str, float], ...]:
        """The likeliest intents with their chances; out_of_scope leads when the gate keeps the message out."""
        inside = self.scores.inside
        if inside >= self._gate:
            return self._ranking
        return ((OUT_OF_SCOPE, 1.0 - inside), *((name, chance * inside) for name, chance in self._ranking[:-1]))

    @cached_property
    def _ranking(self) -> tuple[tuple[str, float], ...]:
        return tuple((self._model.intents[i], float(self._chances[i])) for i in np.argsort(-self._chances)[:RANKED])

    @property
    def topic(self) -> str:
        """The topic, or nothing when none is named."""
        return self._model.topics[int(self.scores.topics.argmax())]

    @property
    def best_topic(self) -> str:
        """The likeliest topic, however unlikely."""
        return max(
            zip(self.scores.topics, self._model.topics, strict=True), key=lambda pair: pair[0] if pair[1] else NEVER
        )[1]

    @property
    def topic_chance(self) -> float:
        return float(softmax(self.scores.topics).max())

    @property
    def verdict(self) -> tuple[str, float, str]:
        """Intent, confidence and topic."""
        if self.scores.inside < self._gate:
            return OUT_OF_SCOPE, 1.0 - self.scores.inside, self.topic
        return self._model.intents[self._best], float(self._chances[self._best]), self.topic

    def log_chance(self, intent: str) -> float:
        """Return the logarithm of an intent's chance, whatever the scope gate says."""
        if intent not in self._model.intents:
            return math.log(max(1.0 - self.scores.inside, 1e-9))
        return math.log(max(float(self._chances[self._model.intents.index(intent)]), 1e-9))

    @property
    def unsure(self) -> bool:
        """Tell whether a second opinion is worth its time."""
        intent, chance = self._model.intents[self._best], float(self._chances[self._best])
        if chance < SURE_OF_INTENT or max(self.scores.inside, 1 - self.scores.inside) < SURE_OF_SCOPE:
            return True
        return intent in TOPICAL and self.scores.inside >= OPEN and self.topic_chance < SURE_OF_TOPIC


def softmax(scores: Floats) -> Floats:
    """Return chances for log-odds-like scores."""
    powers: Floats = np.exp(scores - scores.max())
    powers /= powers.sum()
    return powers
