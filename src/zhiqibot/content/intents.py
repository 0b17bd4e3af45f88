"""`intents/*.yaml` to objects: what people say, what each sentence means, and the word lists behind it."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zhiqibot.content.own_intents import OwnContent, read_own
from zhiqibot.content.reading import Mistakes, read_model, read_yaml

OUT_OF_SCOPE = "out_of_scope"
NO_TOPIC = ""
MIN_SENTENCES = 3
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


def load_intents(folder: Path, own: Path | None = None) -> IntentContent:
    """Read the folder, and the operator's own sentences in `own`; raise one ContentError that lists every mistake."""
    mistakes = Mistakes()
    intents: dict[str, Intent] = {}
    for path in sorted(folder.glob("[!_]*.yaml")):
        intent = _read_intent(path, mistakes)
        if intent:
            intents[path.stem] = intent
    if not intents and not mistakes.lines:
        mistakes.add(str(folder.name), "-", "没有找到任何意图文件（*.yaml）")
    background = read_model(Background, _extra(folder, "_background.yaml", mistakes), "_background.yaml", mistakes)
    lexicon = read_model(Lexicon, _extra(folder, "_lexicon.yaml", mistakes), "_lexicon.yaml", mistakes)
    lists = _read_lists(folder, mistakes)
    _check_names(intents, mistakes)
    for topic in lexicon.topics if lexicon else ():
        if topic not in TOPICS:
            mistakes.add("_lexicon.yaml", f"topics.{topic}", "没有这个主题")
    background = background or Background()
    added = read_own(own, {*intents, OUT_OF_SCOPE}, TOPICS, mistakes) if own else OwnContent()
    _check_repeats(intents, background, added, mistakes)
    mistakes.raise_if_any()
    intents, background = _merged(intents, background, added)
    return IntentContent(folder, intents, lexicon or Lexicon(), lists or SlotLists(), background, own)


def read_lists(folder: Path) -> SlotLists:
    """Read the closed lists alone; raise ContentError."""
    mistakes = Mistakes()
    lists = _read_lists(folder, mistakes)
    mistakes.raise_if_any()
    return lists or SlotLists()


def _read_lists(folder: Path, mistakes: Mistakes) -> SlotLists | None:
    return read_model(SlotLists, _extra(folder, "_slots.yaml", mistakes), "_slots.yaml", mistakes)


def _merged(
    intents: dict[str, Intent], background: Background, own: OwnContent
) -> tuple[dict[str, Intent], Background]:
    not_ours = {}
    for key, addition in own.additions.items():
        if key not in intents:  # a product without sentences of its own for this has them in its background alone
            not_ours["own"] = addition.sentences
            continue
        intent = intents[key]
        intents[key] = intent.model_copy(update=addition.merged(intent.says, intent.says_by_topic, intent.unlike))
    says = {kind: (*background.says.get(kind, ()), *own.background.get(kind, ())) for kind in background.says}
    says |= not_ours | {kind: sentences for kind, sentences in own.background.items() if kind not in says}
    return intents, Background(says=says)


def _extra(folder: Path, name: str, mistakes: Mistakes) -> Any:
    """The three files with an underscore may be missing: then they hold nothing."""
    path = folder / name
    return (read_yaml(path, mistakes) or {}) if path.exists() else {}


def _read_intent(path: Path, mistakes: Mistakes) -> Intent | None:
    before = len(mistakes.lines)
    data = read_yaml(path, mistakes)
    if data is None:
        if len(mistakes.lines) == before:
            mistakes.add(path.name, "-", "文件是空的")
        return None
    intent = read_model(Intent, data, path.name, mistakes)
    if intent is None:
        return None
    if intent.id != path.stem:
        mistakes.add(path.name, "id", f"应与文件名一致（{path.stem}）")
    if len(intent.sentences) < MIN_SENTENCES:
        mistakes.add(path.name, "says", f"至少要有 {MIN_SENTENCES} 句例句，现有 {len(intent.sentences)} 句")
    for topic in intent.says_by_topic:
        if topic not in TOPICS:
            mistakes.add(path.name, f"says_by_topic.{topic}", "没有这个主题")
    return intent


def _check_names(intents: Mapping[str, Intent], mistakes: Mistakes) -> None:
    for key, intent in intents.items():
        for other in intent.unlike:
            if other == key:
                mistakes.add(f"{key}.yaml", f"unlike.{other}", "易混句要写在别的意图名下")
            elif other not in intents and other != OUT_OF_SCOPE:
                mistakes.add(f"{key}.yaml", f"unlike.{other}", "没有这个意图")


def _check_repeats(intents: Mapping[str, Intent], background: Background, own: OwnContent, mistakes: Mistakes) -> None:
    """One sentence cannot mean two things, however it is punctuated."""
    meant: dict[str, tuple[str, str]] = {}

    def claim(sentences: Sequence[str], means: str, file: str, where: str) -> None:
        for sentence in sentences:
            bare = bare_form(sentence)
            if not bare:
                mistakes.add(file, where, "例句是空的")
                continue
            first, first_file = meant.setdefault(bare, (means, file))
            if first != means:
                mistakes.add(file, where, f"与 {first_file} 中的 {first} 重复：{sentence}")

    for key, intent in intents.items():
        claim(intent.sentences, key, f"{key}.yaml", "says")
    for kind, sentences in background.says.items():
        claim(sentences, OUT_OF_SCOPE, "_background.yaml", f"says.{kind}")
    for key, intent in intents.items():
        for other, sentences in intent.unlike.items():
            claim(sentences, other, f"{key}.yaml", f"unlike.{other}")
    for key, addition in own.additions.items():
        claim(addition.sentences, key, f"{own.name}/{key}.yaml", "says")
        for other, sentences in addition.unlike.items():
            claim(sentences, other, f"{own.name}/{key}.yaml", f"unlike.{other}")
    for kind, sentences in own.background.items():
        claim(sentences, OUT_OF_SCOPE, f"{own.name}/_background.yaml", f"says.{kind}")


def bare_form(sentence: str) -> str:
    """Return a sentence as it is compared with others: without punctuation, width and case."""
    folded = unicodedata.normalize("NFKC", sentence).lower()
    return _NOT_SAID.sub("", folded) or sentence.strip()
