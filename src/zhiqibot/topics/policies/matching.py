"""The policy calculator: what is known of an enterprise against the conditions of the benefits. No model decides."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from zhiqibot.content.policies import Condition, Fact, Rule
from zhiqibot.nlu.numerals import parse_number

Profile = Mapping[str, Collection[str]]
"""Trait to its values; a trait that is not there is not known, one without values is known to be empty."""


class Outcome(StrEnum):
    """How an enterprise stands to a benefit."""

    MET = "符合"
    ONE_SHORT = "差一项"
    UNKNOWN = "信息不足"
    NOT_MET = "不符合"


@dataclass(frozen=True)
class Verdict:
    """One condition and whether it holds; None: not known."""

    rule: Rule
    holds: bool | None
    planned: bool = False
    """It holds by an intention alone."""


@dataclass(frozen=True)
class Match:
    """A benefit and how the enterprise stands to it, condition by condition."""

    fact: Fact
    outcome: Outcome
    verdicts: tuple[Verdict, ...] = field(default=())

    @property
    def met(self) -> tuple[str, ...]:
        return tuple(one.rule.says for one in self.verdicts if one.holds)

    @property
    def planned(self) -> tuple[str, ...]:
        """What has to be carried out, as the enterprise means to, before it can be applied for."""
        return tuple(one.rule.says for one in self.verdicts if one.planned)

    @property
    def lacking(self) -> tuple[str, ...]:
        return tuple(one.rule.says for one in self.verdicts if one.holds is False)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What has to be known first."""
        return tuple(one.rule.says for one in self.verdicts if one.holds is None and not one.rule.each)

    @property
    def person_by_person(self) -> tuple[str, ...]:
        """What is looked at person by person when it is applied for (age, degree), and nobody has said yet."""
        return tuple(one.rule.says for one in self.verdicts if one.holds is None and one.rule.each)


def match(profile: Profile, benefits: Iterable[Fact], fixed: Collection[str] = ()) -> list[Match]:
    """Hold a profile against every benefit that has rules; the best outcomes come first, among them the ones with more met.

    `fixed` are the traits an enterprise cannot change: one of them lacking is 不符合, not 差一项."""
    found = [match_one(profile, fact, fixed) for fact in benefits if fact.card.rules]
    order = list(Outcome)
    return sorted(found, key=lambda one: (order.index(one.outcome), -len(one.met)))


def match_one(profile: Profile, fact: Fact, fixed: Collection[str] = ()) -> Match:
    """Hold a profile against one benefit."""
    verdicts = tuple(Verdict(rule, holds(rule, profile), _by_plan(rule, profile)) for rule in fact.card.rules)
    lacking = [one.rule for one in verdicts if one.holds is False]
    if len(lacking) > 1 or any(rule.trait in fixed for rule in lacking):
        outcome = Outcome.NOT_MET
    elif any(one.holds is None and not one.rule.each for one in verdicts):
        outcome = Outcome.UNKNOWN
    else:
        outcome = Outcome.ONE_SHORT if lacking else Outcome.MET
    return Match(fact, outcome, verdicts)


def holds(rule: Rule, profile: Profile) -> bool | None:
    """Tell whether a rule holds. An alternative can satisfy it; when none does, the rule's own trait decides."""
    if any(_meets(one, profile) for one in rule.conditions):
        return True
    return _meets(rule, profile)


def _by_plan(rule: Rule, profile: Profile) -> bool:
    met = [one for one in rule.conditions if _meets(one, profile)]
    return bool(met) and all(one.planned for one in met)


def _meets(condition: Condition, profile: Profile) -> bool | None:
    values = profile.get(condition.trait)
    if values is None:
        return None
    if condition.any_of:
        return any(wanted in value for wanted in condition.any_of for value in values)
    numbers = [number for value in values if (number := parse_number(value)) is not None]
    if not numbers:
        return None
    low, high = condition.at_least, condition.at_most
    return all((low is None or float(one) >= low) and (high is None or float(one) <= high) for one in numbers)
