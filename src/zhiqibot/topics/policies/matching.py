"""The policy calculator: an enterprise's traits against the conditions of the home benefits. No model decides."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from zhiqibot.content.policies import Fact, Rule

NEEDS: dict[str, str] = {
    "招大学生": r"大学生|毕业生|本科|硕士|研究生|博士|高学历",
    "外县招工": r"外县|外地(?:工人|员工|招)|包车|跨县|外省招|去外地招",
    "接收见习": r"见习|实习",
    "培训取证": r"培训|取证|考证|证书|持证",
    "学徒培训": r"学徒|师带徒",
    "引进人才": r"引进人才|人才公寓|高层次|工程师|专家|技术骨干",
    "上市股改": r"上市|挂牌|股改|新三板|四板|股份制|敲钟",
    "科技项目": r"科技项目|研发项目|科技专项|创新项目|研发",
    "用水报装": r"用水|接水|自来水|供水|水表",
    "用气报装": r"用气|燃气|天然气|接气",
}
"""What an enterprise is about to do, and the words for it."""

TAGS: dict[str, str] = {
    "高新技术企业": r"高新技术|高企|国高新|高新企业",
    "专精特新": r"专精特新|小巨人",
    "上市后备": r"上市后备|后备企业",
    "省定重点上市挂牌后备企业": r"省定重点|省(?:级|定)?(?:重点)?上市(?:挂牌)?后备",
    "重点工业培育企业": r"重点工业培育|工业培育企业",
    "市九大专项重点支撑企业": r"九大专项|重点支撑",
    "招商引资大用户": r"招商引资",
    "科技型中小企业": r"科技型中小|科小",
}


class Outcome(StrEnum):
    """How an enterprise stands to a benefit."""

    MET = "符合"
    ONE_SHORT = "差一项"
    UNKNOWN = "信息不足"
    NOT_MET = "不符合"


@dataclass(frozen=True)
class Profile:
    """What is known of an enterprise; None: not known, as against known to be empty."""

    industry: str | None = None
    scale: str | None = None
    tags: frozenset[str] | None = None
    needs: frozenset[str] | None = None


@dataclass(frozen=True)
class Match:
    """A benefit and how the enterprise stands to it, with the conditions that decide."""

    fact: Fact
    outcome: Outcome
    lacking: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def match(profile: Profile, benefits: Iterable[Fact]) -> list[Match]:
    """Hold a profile against every benefit that has rules; the best outcomes come first."""
    found = [_match_one(profile, fact) for fact in benefits if fact.card.rules]
    order = list(Outcome)
    return sorted(found, key=lambda one: order.index(one.outcome))


def named(text: str, words: dict[str, str]) -> list[str]:
    """Return the values (of NEEDS or TAGS) that a text names."""
    return [value for value, pattern in words.items() if value in text or re.search(pattern, text)]


def _match_one(profile: Profile, fact: Fact) -> Match:
    verdicts = [(rule.says, _holds(rule, profile)) for rule in fact.card.rules]
    lacking = tuple(says for says, holds in verdicts if holds is False)
    unknown = tuple(says for says, holds in verdicts if holds is None)
    if len(lacking) > 1:
        return Match(fact, Outcome.NOT_MET, lacking, unknown)
    if unknown:
        return Match(fact, Outcome.UNKNOWN, lacking, unknown)
    return Match(fact, Outcome.ONE_SHORT if lacking else Outcome.MET, lacking)


def _holds(rule: Rule, profile: Profile) -> bool | None:
    values = _values(rule, profile)
    if values is None:
        return None
    return any(wanted in value for wanted in rule.any_of for value in values)


def _values(rule: Rule, profile: Profile) -> Sequence[str] | None:
    if rule.trait == "industry":
        return None if profile.industry is None else [profile.industry]
    if rule.trait == "scale":
        return None if profile.scale is None else [profile.scale]
    if rule.trait == "tag":
        return None if profile.tags is None else sorted(profile.tags)
    return None if profile.needs is None else sorted(profile.needs)
