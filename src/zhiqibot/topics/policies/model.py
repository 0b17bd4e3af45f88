"""What the desk returns."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from zhiqibot.content.policies import Fact
from zhiqibot.topics.policies.working import Working


@dataclass(frozen=True)
class Citation:
    """Where an answer stands."""

    document: str
    number: str | None
    clause: str
    date: str | None
    region: str

    @classmethod
    def of(cls, fact: Fact) -> "Citation":
        document = fact.document
        return cls(document.title, document.number, fact.card.clause or "", document.date, fact.region)


class Next(StrEnum):
    """What may be offered after an answer; the dialogue makes buttons of it."""

    HOW = "how"
    ASK_UNIT = "ask_unit"
    RELATED = "related"


@dataclass(frozen=True)
class PolicyAnswer:
    """An answer, or an honest refusal; every number of `text` stands in the cited cards or is worked out from them."""

    answered: bool
    text: str
    citations: tuple[Citation, ...] = ()
    card_ids: tuple[str, ...] = ()
    hints: tuple[Next, ...] = ()
    unit: str | None = None
    """The unit to ask, where the topic tells it."""
    topic: str = "other"
    question: str = ""
    """The question in full, with what a follow-up took from the one before: remember this as the next context."""
    follow_up: bool = False
    """True when the question was read in the light of the one before."""
    open_parts: tuple[str, ...] = ()
    """The questions of the message that were left open, each with what it leans on."""
    workings: tuple[Working, ...] = ()
    """The sums shown in `text`."""
    quotes: str = ""
    """The person's own words that `text` quotes."""
    concluded: bool = False
    """True when something the person said of their own case was held against a condition."""


def cite(facts: Iterable[Fact]) -> tuple[Citation, ...]:
    """Return the citations of some cards, each once."""
    return tuple(dict.fromkeys(Citation.of(fact) for fact in facts))
