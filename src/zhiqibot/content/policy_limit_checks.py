"""Checks of the limits in policy cards: each is a condition of its card, in bounds that the condition names."""

from collections.abc import Iterable

from zhiqibot.content.policies import Fact, show_value
from zhiqibot.content.policy_limits import Limit, Measures
from zhiqibot.content.reading import Mistakes
from zhiqibot.core.numbers import numbers_in


def check_limits(facts: Iterable[Fact], measures: Measures, mistakes: Mistakes) -> None:
    """Note every limit that speaks of an unknown measure, or of a condition the card does not state."""
    for fact in facts:
        for place, limit in enumerate(fact.card.limits):
            where = f"{fact.card.id}.limits.{place}"
            for field, reason in _problems(fact, limit, measures):
                mistakes.add(f"{fact.document.id}.yaml", f"{where}.{field}", reason)


def _problems(fact: Fact, limit: Limit, measures: Measures) -> Iterable[tuple[str, str]]:
    if limit.of and limit.of not in measures.by_id:
        yield "of", f"_measures.yaml 里没有这一项：{limit.of}"
    if not any(limit.says in condition for condition in (*fact.card.conditions, fact.card.summary)):
        yield "says", "应与本卡 conditions 里的一条（或其中一段）一致"
    for bound in (limit.at_least, limit.at_most):
        if bound is not None and show_value(bound) not in numbers_in(limit.says):
            yield "says", f"条件里没有 {show_value(bound)} 这个数"
    backed = set(numbers_in(fact.stated))
    for number in numbers_in(limit.leaves):
        if number not in backed:
            yield "leaves", f"“{number}”在本卡里没有"
