"""What a person tells of their own case beside the question: held against the card's limits, and worked out."""

from dataclasses import dataclass

from zhiqibot.content.policies import Fact
from zhiqibot.content.policy_limits import Measures
from zhiqibot.topics.policies import conclusions
from zhiqibot.topics.policies.counts import Count, counts_in, merged
from zhiqibot.topics.policies.question import Aspect, Question
from zhiqibot.topics.policies.reckoning import Case, Reckoned, asks_total, reckon, retention
from zhiqibot.topics.policies.tiers import Picked
from zhiqibot.topics.policies.working import ESTIMATE, Working

BETWEEN = "；"
"""Between the messages of which what was told earlier is made."""


@dataclass(frozen=True)
class OwnCase:
    """What an answer may add for this person; empty where they told nothing that matters."""

    against: tuple[str, ...] = ()
    """Conclusions, each quoting the condition."""
    workings: tuple[Working, ...] = ()
    left: tuple[str, ...] = ()
    """What could not be reckoned, and why."""
    quotes: str = ""
    """The person's words that the lines quote."""

    @property
    def lines(self) -> list[str]:
        """The lines an answer shows."""
        reckoned = [f"{one.shown}。" for one in self.workings]
        left = [f"{one}。" for one in self.left]
        return [*self.against, *reckoned, *left, *([ESTIMATE] if self._estimated else [])]

    @property
    def _estimated(self) -> bool:
        return any(one.operation == "×" for one in self.workings)

    @property
    def empty(self) -> bool:
        """True when there is nothing to add."""
        return not (self.against or self.workings or self.left)


def case_of(earlier: str, text: str) -> Case:
    """Return what was told before and now, put together: the same thing said anew replaces what was said of it."""
    counts: list[Count] = []
    for said in (*filter(None, earlier.split(BETWEEN)), text):
        counts = merged(counts, counts_in(said), said)
    return Case(f"{earlier}{BETWEEN}{text}" if earlier else text, tuple(counts))


def own_numbers(earlier: str, text: str) -> frozenset[float]:
    """Return every number that is the person's own, whether the question leans on the one before or not."""
    return case_of(earlier, text).own | case_of("", text).own


def stayed_share(case: Case) -> set[str]:
    """Return the share of those who stayed as a tier of the table (“58.33%”), where both numbers were said."""
    share = retention(case)
    return {f"{share.result.value:g}%"} if share else set()


def _asks_sum(question: Question) -> bool:
    """A sum is worked out where one is asked for, or numbers are told, and not where the question is another."""
    if question.asks_period or question.asks_at_once or question.own_case:
        return False
    of_another = question.aspect not in (Aspect.AMOUNT, Aspect.GENERAL, Aspect.DURATION)
    told = bool(counts_in(question.text)) and not of_another
    return told or question.aspect is Aspect.AMOUNT or question.asks_amount or asks_total(question.text)


def of_case(fact: Fact, picked: Picked, case: Case, question: Question, measures: Measures) -> OwnCase:
    """Return what this card says to the person's own case."""
    text = question.text
    concluded = conclusions.conclude(fact.card, text, measures)
    against = conclusions.lines_of(concluded, text)
    reckoned = reckon(fact, picked, case, text) if _asks_sum(question) and not picked.missing else Reckoned(())
    quotes = [conclusions.quoted(concluded) if against else "", *reckoned.left]
    quotes += [one.leaves for one in (c.limit for c in concluded) if one.leaves]
    return OwnCase(tuple(against), reckoned.workings, reckoned.left, "；".join(filter(None, quotes)))


def worked_out(fact: Fact, case: Case, told: str, measures: Measures) -> OwnCase:
    """Return what a card says to a case of which everything has been told; only what is not met is said."""
    concluded = [one for one in conclusions.conclude(fact.card, told, measures) if not one.holds]
    reckoned = reckon(fact, Picked((), False), case, "一共多少")
    return OwnCase(tuple(one.line for one in concluded), reckoned.workings, reckoned.left)
