"""What a person takes for granted (“不是说奖1000万吗”): confirmed or corrected by the figures that are meant."""

from collections.abc import Sequence

from zhiqibot.content.policies import Fact
from zhiqibot.topics.policies.figures import Said, said_quantities, stated_quantities
from zhiqibot.topics.policies.reading import Reading
from zhiqibot.topics.policies.tiers import Picked


def verdict(reading: Reading, fact: Fact, picked: Picked) -> str:
    """Confirm or correct what the person takes for granted.

    A figure of the card confirms only what it is the figure of: 200万 for another board is no 200万 for this one."""
    if not reading.question.presumes:
        return ""
    stated = stated_quantities(fact)
    if _no_sum_at_all(reading, fact, stated):
        return "文件没有写明金额，您说的数在文件里找不到。"
    of_the_tier = said_quantities("；".join(line.shown for line in picked.lines)) if picked.named else []
    kinds = {one.kind for one in of_the_tier}
    return agreement(reading, [*of_the_tier, *(one for one in stated if one.kind not in kinds)])


def agreement(reading: Reading, meant: Sequence[Said]) -> str:
    """Return whether what the person says agrees with what is meant; the wrong figure is not repeated."""
    kinds = {one.kind for one in meant}
    said = [one for one in said_quantities(reading.question.text) if one.kind in kinds]
    if not said or not reading.question.presumes:
        return ""
    return "是的，文件是这样写的。" if all(one.among(meant) for one in said) else "和您说的不一样，以文件写的为准。"


def _no_sum_at_all(reading: Reading, fact: Fact, stated: Sequence[Said]) -> bool:
    """Tell whether a sum is said of a benefit for which the document gives none."""
    says_sum = any(one.kind == "money" for one in said_quantities(reading.question.text))
    open_sums = bool(fact.card.amounts) and all(one.value is None for one in fact.card.amounts)
    return says_sum and open_sums and not any(one.kind in ("money", "share") for one in stated)
