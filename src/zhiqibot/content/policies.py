"""`policy_faq/` to objects: documents, their cards (one fact each, with its clause), and cross-document questions."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zhiqibot.content.policy_limits import Limit, Measures
from zhiqibot.content.profile import ProfileContent

_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff]")
CardKind = Literal["benefit", "service", "procedure", "target", "mechanism", "channel"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Document(_Model):
    """Where facts come from. A report (news) says what a place does and is never a basis for a claim."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=2)
    number: str | None = Field(default=None, description="文号")
    date: str | None = Field(default=None, pattern=r"^\d{4}-\d\d-\d\d$", description="null when it bears none")
    date_text: str | None = Field(default=None, description="what to show when there is no date")
    issuer: str = Field(min_length=2)
    region: str = Field(min_length=2)
    kind: Literal["policy", "report"]
    note: str | None = None

    @property
    def dated(self) -> str:
        """The date as it may be shown."""
        return self.date or self.date_text or "原文未载明日期"


class Amount(_Model):
    """One money value (or rate); `value` null means the document gives none, and `note` says so."""

    what: str = Field(min_length=2)
    value: float | int | tuple[float | int, float | int] | None
    unit: str = ""
    tier: str | None = None
    period: str | None = None
    note: str | None = None


class Figure(_Model):
    """One other number: days, shares, counts."""

    name: str = Field(min_length=1)
    value: str = Field(min_length=1)
    unit: str = ""


class Condition(_Model):
    """What one trait of an enterprise must be; traits and their values are those of `_profile.yaml`."""

    trait: str
    any_of: tuple[str, ...] = Field(default=(), description="values that satisfy it")
    at_least: float | None = None
    at_most: float | None = None
    planned: bool = Field(default=False, description="an intention: carried out first, then applied for")

    @model_validator(mode="after")
    def _says_what(self) -> "Condition":
        if bool(self.any_of) == (self.at_least is not None or self.at_most is not None):
            raise ValueError("写 any_of，或者写 at_least / at_most，二者取一")
        return self


class Rule(Condition):
    """One condition of a benefit that what is known of an enterprise can answer."""

    says: str = Field(min_length=4, description="the condition, as shown to the person")
    also: tuple[Condition, ...] = Field(default=(), description="any of these satisfies it as well")
    each: bool = Field(default=False, description="holds person by person (age, degree): unknown does not count")

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The condition itself and its alternatives."""
        return (self, *self.also)


class Card(_Model):
    """One fact of a document with everything an answer may say."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    kind: CardKind
    title: str = Field(min_length=2)
    clause: str | None = None
    region: str | None = Field(default=None, description="only where it differs from the document's")
    topics: tuple[str, ...] = Field(min_length=1)
    lead: str = Field(min_length=4, max_length=90)
    summary: str = Field(min_length=4)
    amounts: tuple[Amount, ...] = ()
    figures: tuple[Figure, ...] = ()
    conditions: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    how_to_apply: str | None = None
    deadline: str | None = None
    lead_unit: str | None = None
    units: tuple[str, ...] = ()
    not_stated: tuple[str, ...] = Field(default=(), description="what people ask and the document does not say")
    automatic: bool = Field(default=False, description="免申即享")
    valid_from: date | None = None
    valid_until: date | None = None
    successor: str | None = Field(default=None, description="id of the card that replaces this one")
    keywords: tuple[str, ...] = ()
    questions: tuple[str, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = ()
    limits: tuple[Limit, ...] = Field(default=(), description="conditions a person's own words are held against")

    def expired(self, today: date) -> bool:
        return self.valid_until is not None and self.valid_until < today

    @property
    def details(self) -> tuple[str, ...]:
        """Everything the card may be quoted with besides its first line; what it says is *not* stated is left out."""
        parts: list[str] = [self.title, self.summary, self.clause or "", *self.conditions, *self.materials]
        for amount in self.amounts:
            parts += [amount.what, amount.tier or "", amount.period or "", amount.note or "", amount.unit]
            parts.append(show_value(amount.value))
        for figure in self.figures:
            parts += [figure.name, f"{figure.value}{figure.unit}"]
        parts += [self.how_to_apply or "", self.deadline or "", self.lead_unit or "", *self.units]
        parts += [str(day) for day in (self.valid_from, self.valid_until) if day]
        return tuple(part for part in parts if part)


class PolicyFile(_Model):
    """One document and its cards."""

    document: Document
    cards: tuple[Card, ...] = Field(min_length=1)


class Faq(_Model):
    """A question that several documents answer together; `answer` rests on the cited cards."""

    id: str = Field(pattern=r"^x-[a-z0-9-]+$")
    topics: tuple[str, ...] = Field(min_length=1)
    questions: tuple[str, ...] = Field(min_length=1)
    answer: str = Field(min_length=10)
    cites: tuple[str, ...] = Field(min_length=1)


class FaqFile(_Model):
    faq: tuple[Faq, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Fact:
    """A card together with the document it stands in."""

    document: Document
    card: Card

    @property
    def region(self) -> str:
        return self.card.region or self.document.region

    @cached_property
    def stated(self) -> str:
        """Everything the card may be quoted with, in one text; what it says is *not* stated is left out."""
        document = self.document
        bearing = (document.title, document.number or "", document.dated, document.issuer, self.region)
        return "\n".join(part for part in (self.card.lead, *self.card.details, *bearing) if part)


class Synonyms(_Model):
    """What people say instead of the words the cards use: the card's words -> what is said."""

    synonyms: Mapping[str, tuple[str, ...]] = {}


class ClauseWords(_Model):
    """How people ask of formal documents: the documents' words -> what is said, and words that name no subject."""

    synonyms: Mapping[str, tuple[str, ...]] = {}
    actions: Mapping[str, tuple[str, ...]] = {}
    """What is done with whatever the subject is; of little weight."""
    plain: str = ""
    """Words between blanks."""


class Unanswered(_Model):
    """Questions that sound like ours and that no document answers: what the desk must not mistake for a known one."""

    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class PolicyCorpus:
    """Everything `policy_faq/` holds."""

    documents: Mapping[str, Document]
    facts: Mapping[str, Fact]
    faqs: Mapping[str, Faq]
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    profile: ProfileContent = field(default_factory=ProfileContent)
    unanswered: tuple[str, ...] = ()
    measures: Measures = field(default_factory=Measures)
    clause_words: ClauseWords = field(default_factory=ClauseWords)
    """How people ask of imported documents: their clauses are looked for in the words of both."""

    @property
    def regions(self) -> frozenset[str]:
        """Every place some card speaks about."""
        return frozenset(fact.region for fact in self.facts.values())

    def words(self) -> list[str]:
        """Return the corpus' own words, for the dictionary of a word cutter."""
        own = {word for fact in self.facts.values() for word in fact.card.keywords if len(word) > 1}
        return sorted(own | set(self.synonyms))


def show_value(value: float | int | tuple[float | int, float | int] | None) -> str:
    """Write a value as people do: 18000, 1.56, 5-10; nothing when there is none."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "-".join(show_value(one) for one in value)
    return str(int(value)) if float(value).is_integer() else str(value)


def fold(text: str) -> str:
    """Return a text as it is compared: half width, lower case, no control or stray surrogate characters."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).lower()
