"""`policy_faq/_profile.yaml`: what the policy calculator knows of an enterprise, how it asks, and the words people use."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

NUMBER = r"(?P<number>\d+(?:\.\d+)?|[零一二两三四五六七八九十百千]+)"
_ANEW = r"不|没|无|未|暂|先|明年|后年|今年|下半年|年底|准备|打算|计划|争取|想|要"
"""What a new clause may begin with where people write no comma: “不招人 明年上市”, “不招人、不上市”."""
_CLAUSE = re.compile(
    rf"[，,。；;！!~～\n]+|(?<![不非])但是?|不过|可是|只是|而是|倒是|[\s、]+(?={_ANEW})"
    r"|(?<=[人市牌改生作习证水气])(?=明年|后年|下半年|年底)"
)
_NOT = (
    r"(?:(?<![差要能是有会])不(?!少|仅|光|只|但|错|同|断|过|止|管|到|知道|清楚|好说|确定|太|晓得|明白|懂|记得|了解|是不是)"
    r"|(?<!有)没(?!少|准)|无(?!论)|未(?!来|必)|甭|(?<![分特区个类])别(?!的|人|处))"
)
"""A word that denies, and not one of the words that only begin with it (不少, 不仅, 未来)."""
_NOT_BEFORE = re.compile(rf"{_NOT}[^，。；]{{0,8}}$")
_FAR_OFF = r"[?？吗]?.{0,4}?(?:早着|还早|早得很|远着|没影|没谱|想都不敢|不敢想|免谈|再说吧?$|以后再说|拉倒)"
"""“上市？早着呢”, “上市是想都不敢想”."""
_EXCEPT = re.compile(
    r"除(?:了|去|开)?(?P<what>[^,，。；;]{1,16}?)(?:以外|之外|外)?[,，]?(?:别的|其他的?|其它的?|剩下的)?(?:都|全)(?:有|是|要|搞|想|打算|行)"
)
_NOT_AFTER = re.compile(
    rf"^(?:{_FAR_OFF})|^.{{0,4}}?{_NOT}(?:有|打算|考虑|计划|准备|想法?|意向|需要|搞|办|做|弄|招|要|去|行|过|这|了|的|吧|啊|呢|个)*$"
)
_NOT_AT_ALL = re.compile(
    rf"^(?:我们?|俺们?|咱们?|公司|企业|厂|都|也|就|现在|目前|暂时|今年|明年|近期|最近|短期内?|先|啥|什么)*{_NOT}"
)
_SAID_OVER = re.compile(r"^(没有?|无)\1+")
"""“没有没有没有”."""
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

    def affirmed(self, clause: str) -> bool:
        """Tell whether a clause names it at least once without denying it."""
        return any(
            not _NOT_BEFORE.search(clause[: found.start()]) and not _NOT_AFTER.search(clause[found.end() :])
            for found in self.pattern.finditer(clause)
        )


class Precondition(_Model):
    """What another trait must be for a trait to have any value: without a plan to list there is no stage of listing."""

    trait: str
    any_of: tuple[str, ...] = Field(min_length=1)


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
    nothing: str = Field(default="", description="of one kind: the value that “没有” stands for as an answer")
    after: "Precondition | None" = Field(default=None, description="what has to be so before this can be at all")
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

    def affirmed(self, clause: str) -> list[str]:
        """Return the values a clause names without a word that denies them before or behind (“不上市”, “股改先不弄”)."""
        if self.kind == "number":
            return self.named(clause)
        names = [value.name for value in self.values if value.affirmed(clause)]
        return names[:1] if self.kind == "one" else names


class Phrases(_Model):
    """Words that say how what is named is meant."""

    nothing: tuple[str, ...] = Field(default=("没有",), description="an answer that says none of it applies")
    gained: tuple[str, ...] = Field(default=(), description="news: the enterprise has become something")
    lost: tuple[str, ...] = Field(default=(), description="news: the enterprise is something no more")
    wishes: tuple[str, ...] = Field(default=(), description="what is named is only wished for")
    denies: tuple[str, ...] = Field(default=(), description="what is named is not meant")
    removes: tuple[str, ...] = Field(default=(), description="what is named is to be taken off again")
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
        left_out = _EXCEPT.search(text) if trait.kind == "many" else None
        if left_out:
            named = trait.named(left_out["what"])
            return [value.name for value in trait.values if value.name not in named] if named else []
        against = (*self.phrases.lost, *(self.phrases.wishes if trait.settled else ()))
        against += (*self.phrases.denies, *self.phrases.removes) if trait.kind == "many" or trait.settled else ()
        meant = [clause for clause in clauses(text) if not says(clause, against)]
        names = list(dict.fromkeys(name for clause in meant for name in trait.affirmed(clause)))
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
        named = {name: None for clause in clauses(text) for name in self._denied_in(trait, clause)}
        meant = self.named(trait, text)
        return [name for name in named if name not in meant]

    def _denied_in(self, trait: Trait, clause: str) -> list[str]:
        if says(clause, (*self.phrases.denies, *self.phrases.removes)):
            return trait.named(clause)
        kept = trait.affirmed(clause)
        return [name for name in trait.named(clause) if name not in kept]

    def denies_all(self, text: str) -> bool:
        """Tell whether every clause of an answer denies something: “不招人，不上市”."""
        said = clauses(text)
        return bool(said) and all(says(one, self.phrases.denies) or _NOT_AT_ALL.search(one.strip()) for one in said)

    def names_none(self, trait: Trait, text: str) -> bool:
        """Tell whether a text says in passing that there is nothing of a trait: “没有资质”, “资质都没有”."""
        none = "|".join(re.escape(word) for word in sorted(self.phrases.nothing, key=len, reverse=True))
        title = re.escape(trait.title)
        said = re.compile(rf"(?:^|也|都)(?:{none})(?:什么|啥|任何)?{title}|{title}.{{0,2}}(?:{none})[的了吧啊]*$")
        return any(said.search(clause) for clause in clauses(text))

    def completed(self, values: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Return what is known and what follows from it: a trait whose precondition is known to fail has no value."""
        found = dict(values)
        for trait in self.traits:
            if trait.after is None or trait.id in found or trait.after.trait not in found:
                continue
            before = found[trait.after.trait]
            if not any(one in before for one in trait.after.any_of):
                found[trait.id] = ()
        return found

    def corrects(self, text: str) -> bool:
        """Tell whether a text takes back what was said before (“说错了，是……”)."""
        return says(text, self.phrases.corrects)

    def statements(self, text: str) -> str:
        """Return a text without the clauses that ask something."""
        return "，".join(clause for clause in clauses(text) if not self.is_question(clause))

    def says_nothing(self, text: str) -> bool:
        """Tell whether an answer opens with “没有”, or is nothing else."""
        first = _SAID_OVER.sub(r"\1", next(iter(clauses(text)), ""))
        return first.strip("的吧啊呢了哈 ") in {one.strip("的吧啊呢了哈") for one in self.phrases.nothing}

    def is_question(self, text: str) -> bool:
        return says(_SAID_OVER.sub(r"\1", text), self.phrases.asks)

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
            if trait.nothing and trait.nothing not in {value.name for value in trait.values}:
                yield f"{where}.nothing", f"没有这个取值：{trait.nothing}"
            if trait.after:
                yield from self._precondition_problems(f"{where}.after", trait.after, self.traits[:place])
            for other in trait.with_:
                if other not in {one.id for one in self.traits}:
                    yield f"{where}.with", f"没有这一项：{other}"

    def _precondition_problems(
        self, where: str, after: Precondition, before: tuple[Trait, ...]
    ) -> Iterator[tuple[str, str]]:
        known = next((one for one in before if one.id == after.trait), None)
        if known is None:
            yield f"{where}.trait", f"要写排在前面的一项，这里是：{after.trait}"
            return
        for name in after.any_of:
            if name not in {value.name for value in known.values}:
                yield f"{where}.any_of", f"“{known.title}”没有这个取值：{name}"


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
