"""What `intents/*.yaml` holds, as objects: what people say, what each sentence means, and the word lists behind it."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

OUT_OF_SCOPE = "out_of_scope"
NO_TOPIC = ""
TOPICS = (
    "talent", "land", "finance", "innovation", "logistics", "listing", "energy", "public_services",
    "business_environment", "policy_delivery", "market", "legal", "environment_safety", "statistics", "tax_fee", "other",
)  # fmt: skip
MOVES = ("cancel", "yes", "no", "skip", "repeat", "resume")
"""What a short answer can mean, as the lists in `_slots.yaml` are named; a text that fits two means the first."""

Role = Literal["enterprise", "cadre", "office"]

_NOT_SAID = re.compile(r"[\W_]+")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Intent(_Model):
    """One thing a message can mean."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    title: str = Field(min_length=2, max_length=20, description="short verb phrase, shown in “您是想…还是…？”")
    roles: tuple[Role, ...] = Field(min_length=1, description="who may say it")
    slots: tuple[str, ...] = ()
    says: tuple[str, ...] = Field(default=(), description="sentences that mean this")
    says_by_topic: Mapping[str, tuple[str, ...]] = Field(default={}, description="the same, by topic id")
    unlike: Mapping[str, tuple[str, ...]] = Field(default={}, description="near misses: other intent -> sentences")

    @property
    def sentences(self) -> tuple[str, ...]:
        """All sentences that mean this."""
        return (*self.says, *(s for group in self.says_by_topic.values() for s in group))


class Named(_Model):
    """Something with a title and the words people use for it."""

    title: str
    words: tuple[str, ...] = ()


class Lexicon(_Model):
    """Words the general dictionary lacks, groups of words that mean the same, and frequent slips of the ear."""

    words: tuple[str, ...] = ()
    topics: Mapping[str, Named] = Field(default={}, description="topic id -> its title and words")
    concepts: Mapping[str, tuple[str, ...]] = Field(default={}, description="name -> ways to say it")
    event_kinds: Mapping[str, Named] = Field(default={}, description="kind of event -> its title and words")
    units: Mapping[str, str] = Field(default={}, description="what people call an office -> its name")
    homophones: Mapping[str, str] = Field(default={}, description="wrong spelling -> right spelling")


class SlotLists(_Model):
    """Closed lists the slot readers and the dialogue look up."""

    scores: Mapping[int, tuple[str, ...]] = {}
    urgent: tuple[str, ...] = ()
    emergency: Mapping[Literal["power", "gas", "water", "safety"], tuple[str, ...]] = {}
    counting_people: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    cancel: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    repeat: tuple[str, ...] = ()
    resume: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_move_each(self) -> "SlotLists":
        meant: dict[str, str] = {}
        for move in MOVES:
            for word in getattr(self, move):
                if meant.setdefault(word.lower(), move) != move:
                    raise ValueError(f"「{word}」同时写在 {meant[word.lower()]} 和 {move} 里，只能有一个意思")
        return self


class Background(_Model):
    """Sentences that are none of our business, by kind."""

    says: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class IntentContent:
    """Everything `intents/` holds; `digest` changes whenever any of it does."""

    folder: Path
    intents: Mapping[str, Intent]
    lexicon: Lexicon
    lists: SlotLists
    background: Background
    own: Path | None = None
    """Where the operator's own sentences lie, if anywhere; they are merged into the rest."""

    @cached_property
    def digest(self) -> str:
        """A short hash of the whole content, for caches."""
        parts: dict[str, Any] = {key: intent.model_dump(mode="json") for key, intent in self.intents.items()}
        parts["_lexicon"] = self.lexicon.model_dump(mode="json")
        parts["_slots"] = self.lists.model_dump(mode="json")
        parts["_background"] = self.background.model_dump(mode="json")
        canonical = json.dumps(parts, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def allowed(self, role: str) -> frozenset[str]:
        """Return the intents this role may mean; an unknown role may what an enterprise may."""
        known = role if role in ("enterprise", "cadre", "office") else "enterprise"
        return frozenset(key for key, intent in self.intents.items() if known in intent.roles)

    def labelled(self) -> list[tuple[str, str]]:
        """Return every in-scope sentence with its intent: the examples, and the near misses under what they mean."""
        pairs = {(s, key): None for key, intent in self.intents.items() for s in intent.sentences}
        for intent in self.intents.values():
            pairs.update({(s, other): None for other, group in intent.unlike.items() for s in group})
        return [pair for pair in pairs if pair[1] != OUT_OF_SCOPE]

    def outside(self) -> list[str]:
        """Return every out-of-scope sentence."""
        found = {s: None for group in self.background.says.values() for s in group}
        for intent in self.intents.values():
            found.update(dict.fromkeys(intent.unlike.get(OUT_OF_SCOPE, ())))
        if OUT_OF_SCOPE in self.intents:
            found.update(dict.fromkeys(self.intents[OUT_OF_SCOPE].sentences))
        return list(found)

    def topical(self) -> list[tuple[str, str]]:
        """Return every sentence whose topic is known, with the topic, or NO_TOPIC where it names none."""
        topical = [intent for intent in self.intents.values() if intent.says_by_topic]
        groups = [group for intent in topical for group in intent.says_by_topic.items()]
        groups += [(NO_TOPIC, intent.says) for intent in topical]
        groups += [(topic, named.words) for topic, named in self.lexicon.topics.items()]
        return list({(s, topic): None for topic, sentences in groups for s in sentences})


def bare_form(sentence: str) -> str:
    """Return a sentence as it is compared with others: without punctuation, width and case."""
    folded = unicodedata.normalize("NFKC", sentence).lower()
    return _NOT_SAID.sub("", folded) or sentence.strip()
