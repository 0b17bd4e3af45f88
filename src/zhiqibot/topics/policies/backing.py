"""No number without a source: every figure of an answer stands in the cards it cites, or was worked out from them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from zhiqibot.content.policies import Fact
from zhiqibot.core.numbers import numbers_in
from zhiqibot.topics.policies.figures import numbers_of, unsupported
from zhiqibot.topics.policies.model import PolicyAnswer
from zhiqibot.topics.policies.working import numbers_of_workings


class UnsupportedNumber(AssertionError):
    """An answer was about to name a number that its cards do not have (raised in strict desks only)."""


@dataclass(frozen=True)
class Backing:
    """Checks answers against what they cite."""

    known: Mapping[str, frozenset[str]]
    """Per card of the corpus, every number it may be quoted with."""
    strict: bool = False

    def checked(
        self,
        answer: PolicyAnswer,
        own: Collection[float],
        fact: Callable[[str], Fact | None],
        approved: Callable[[str], frozenset[str]],
    ) -> PolicyAnswer:
        """Return the answer less the lines that name a number without a source.

        `own`: the person's own numbers, which workings may use; `approved`: the numbers of an interpreter's answer.
        Raises UnsupportedNumber instead where the desk is strict."""
        cited = frozenset[str]().union(*(self._numbers(one, fact, approved) for one in answer.card_ids))
        backed = cited | numbers_of_workings(answer.workings, cited, own) | set(numbers_in(answer.quotes))
        kept = []
        for line in answer.text.split("\n"):
            stray = unsupported(line, backed)
            if stray and self.strict:
                raise UnsupportedNumber(f"{stray} in {line!r}")
            if not stray:
                kept.append(line)
        return answer if len(kept) == answer.text.count("\n") + 1 else replace(answer, text="\n".join(kept))

    def _numbers(
        self, card_id: str, fact: Callable[[str], Fact | None], approved: Callable[[str], frozenset[str]]
    ) -> frozenset[str]:
        known = self.known.get(card_id)
        if known is None and (found := fact(card_id)):
            return numbers_of(found)
        return approved(card_id) if known is None else known
