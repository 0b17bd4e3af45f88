"""`policy_faq/_profile.yaml`: what the policy calculator knows of an enterprise, how it asks, and the words people use."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

NUMBER = r"(?P<number>\d+(?:\.\d+)?|[零一二两三四五六七八九十百千]+)"
_CLAUSE = re.compile(r"[，,。；;！!~～\n]+")
_GAP = "…"
_PLACE = "{n}"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def pattern_of(word: str) -> str:
    """Return the regular expression of a word: `…` stands for up to eight characters, `{n}` for a number."""
    parts = re.split(r"(…|\{n\})", word)
    return "".join(
        r"[^，,。；;！!？?]{0,8}?" if part == _GAP else NUMBER if part == _PLACE else re.escape(part) for part in parts
    )


class Value(_Model):
    """One value of a trait and the words by which people name it."""

    name: str = Field(min_length=1)
    words: tuple[str, ...] = ()
    button: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(pattern_of(word) for word in (self.name, *self.words)), re.IGNORECASE)


class Trait(_Model):
    """One thing the calculator goes by."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    title: str = Field(min_length=2)
    kind: Literal["one", "many", "number"]
    unit: str = ""
    ask: str = Field(default="", description="the question; empty: never asked for by itself")
    asked: Literal["always", "offered", "never"] = "never"
    example: str = ""
    open: bool = Field(default=False, description="an answer that names no known value is taken as it stands")
    fixed: bool = Field(default=False, description="what an enterprise cannot change: lacking it means 不符合")
    settled: bool = Field(default=False, description="what an enterprise is: wishing for it is not having it")
    values: tuple[Value, ...] = ()
    words: tuple[str, ...] = Field(default=(), description="for a number: the wordings, {n} where the number stands")
    with_: tuple[str, ...] = Field(default=(), alias="with", description="traits that the same question is about")

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What names a number."""
        return re.compile("|".join(_numbered(pattern_of(word), place) for place, word in enumerate(self.words)) or "$^")

    def named(self, text: str) -> list[str]:
        """Return the values a text names, in the order of the data; of a number, the first as it was written."""
        if self.kind == "number":
            found = self.pattern.search(text)
            return [next(group for group in found.groups() if group)] if found else []
        names = [value.name for value in self.values if value.pattern.search(text)]
        return names[:1] if self.kind == "one" else names


class Phrases(_Model):
    """Words that say how what is named is meant."""

    nothing: tuple[str, ...] = Field(default=("没有",), description="an answer that says none of it applies")
    gained: tuple[str, ...] = Field(default=(), description="news: the enterprise has become something")
    lost: tuple[str, ...] = Field(default=(), description="news: the enterprise is something no more")
    wishes: tuple[str, ...] = Field(default=(), description="what is named is only wished for")
    denies: tuple[str, ...] = Field(default=(), description="what is named is not meant")
    asks: tuple[str, ...] = Field(default=(), description="what makes a sentence a question")
    complains: tuple[str, ...] = Field(default=(), description="what makes news a complaint")
    corrects: tuple[str, ...] = Field(default=(), description="what was said before was wrong")


class ProfileContent(_Model):
    """All traits, in the order they are asked for."""

    traits: tuple[Trait, ...] = ()
    phrases: Phrases = Phrases()

    @cached_property
    def by_id(self) -> Mapping[str, Trait]:
        return {trait.id: trait for trait in self.traits}

    @cached_property
    def fixed(self) -> frozenset[str]:
        return frozenset(trait.id for trait in self.traits if trait.fixed)

    def named(self, trait: Trait, text: str) -> list[str]:
        """Return the values a text says an enterprise has, leaving out what it denies or only wishes for."""
        against = (*self.phrases.lost, *(self.phrases.wishes if trait.settled else ()))
        against += self.phrases.denies if trait.kind == "many" or trait.settled else ()
        meant = [clause for clause in clauses(text) if not says(clause, against)]
        names = list(dict.fromkeys(name for clause in meant for name in trait.named(clause)))
        if trait.kind != "many":
            return names[:1]
        return [value.name for value in trait.values if value.name in names]

    def gained(self, trait: Trait, text: str) -> list[str]:
        """Return the values a text says an enterprise has newly got (“刚评上专精特新”)."""
        wanted = (clause for clause in clauses(text) if says(clause, self.phrases.gained))
        return self.named(trait, "，".join(wanted)) if trait.settled else []

    def lost(self, trait: Trait, text: str) -> list[str]:
        """Return the values a text says an enterprise has no more (“高企过期了”)."""
        gone = (clause for clause in clauses(text) if says(clause, self.phrases.lost))
        return [name for clause in gone for name in trait.named(clause)] if trait.settled else []

    def denied(self, trait: Trait, text: str) -> list[str]:
        """Return the values a text says are not meant (any more): “不打算招大学生了”."""
        against = (clause for clause in clauses(text) if says(clause, self.phrases.denies))
        return [name for clause in against for name in trait.named(clause)]

    def names_none(self, trait: Trait, text: str) -> bool:
        """Tell whether a text says in passing that there is nothing of a trait: “没有资质”, “资质都没有”."""
        none = "|".join(re.escape(word) for word in sorted(self.phrases.nothing, key=len, reverse=True))
        title = re.escape(trait.title)
        said = re.compile(rf"(?:^|也|都)(?:{none})(?:什么|啥|任何)?{title}|{title}.{{0,2}}(?:{none})[的了吧啊]*$")
        return any(said.search(clause) for clause in clauses(text))

    def corrects(self, text: str) -> bool:
        """Tell whether a text takes back what was said before (“说错了，是……”)."""
        return says(text, self.phrases.corrects)

    def statements(self, text: str) -> str:
        """Return a text without the clauses that ask something."""
        return "，".join(clause for clause in clauses(text) if not self.is_question(clause))

    def says_nothing(self, text: str) -> bool:
        """Tell whether an answer opens with “没有”, or is nothing else."""
        first = next(iter(clauses(text)), "")
        return first.strip("的吧啊呢了哈 ") in {one.strip("的吧啊呢了哈") for one in self.phrases.nothing}

    def is_question(self, text: str) -> bool:
        return says(text, self.phrases.asks)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield (field, reason) of every mistake that no single field can tell."""
        seen: set[str] = set()
        for place, trait in enumerate(self.traits):
            where = f"traits.{place}"
            if trait.id in seen:
                yield f"{where}.id", f"重复：{trait.id}"
            seen.add(trait.id)
            if trait.asked != "never" and not trait.ask:
                yield f"{where}.ask", "要问的项目必须写明怎么问"
            if trait.kind == "number" and not all(_PLACE in word for word in trait.words):
                yield f"{where}.words", "数字类的说法里要有 {n}"
            if trait.kind != "number" and not trait.values and not trait.open:
                yield f"{where}.values", "至少要有一个取值"
            yield from _repeated(where, trait)
            for other in trait.with_:
                if other not in {one.id for one in self.traits}:
                    yield f"{where}.with", f"没有这一项：{other}"


def clauses(text: str) -> list[str]:
    """Return the clauses of a sentence."""
    return [clause for clause in _CLAUSE.split(text) if clause.strip()]


def says(text: str, words: tuple[str, ...]) -> bool:
    """Tell whether a text holds one of these words (see `pattern_of`)."""
    return bool(words) and bool(_any_of(words).search(text))


@lru_cache(maxsize=64)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(pattern_of(word) for word in words))


def _repeated(where: str, trait: Trait) -> Iterator[tuple[str, str]]:
    names = [value.name for value in trait.values]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{where}.values", f"取值重复：{name}"


def _numbered(pattern: str, place: int) -> str:
    """A group's name may occur once in an expression."""
    return pattern.replace("?P<number>", f"?P<number{place}>")
