"""What no single field can tell: checks across the cards and questions of the policy corpus."""

from collections.abc import Collection, Iterable
from datetime import date

from zhiqibot.content.intents import TOPICS
from zhiqibot.content.policies import Amount, Card, Condition, Fact, Faq
from zhiqibot.content.profile import ProfileContent
from zhiqibot.content.reading import Mistakes


def check_cards(
    file: str, cards: "Iterable[Card]", known: Collection[str], today: date | None, mistakes: Mistakes
) -> None:
    """Note every mistake of one document's cards; `known` are the ids of the documents read before."""
    seen: set[str] = set()
    for card in cards:
        if card.id in known or card.id in seen:
            mistakes.add(file, f"{card.id}.id", "编号重复")
        seen.add(card.id)
        _check_card(file, card, today, mistakes)


def _check_card(file: str, card: Card, today: date | None, mistakes: Mistakes) -> None:
    _check_topics(file, card.id, card.topics, mistakes)
    if not (card.clause or "").strip():
        mistakes.add(file, f"{card.id}.clause", "缺少条款")
    for place, amount in enumerate(card.amounts):
        _check_amount(file, f"{card.id}.amounts.{place}", amount, mistakes)
    if card.valid_from and card.valid_until and card.valid_until < card.valid_from:
        mistakes.add(file, f"{card.id}.valid_until", "早于生效日期")
    if today and card.expired(today) and not card.successor:
        mistakes.add(file, f"{card.id}.valid_until", "已过有效期，请写明替代它的政策卡（successor）")
    _check_repeats(file, card.id, card.questions, mistakes)


def _check_amount(file: str, where: str, amount: Amount, mistakes: Mistakes) -> None:
    if amount.value is None:
        if not amount.note:
            mistakes.add(file, f"{where}.note", "没有金额时要写明原因，如“原文未载明金额”")
    elif not amount.unit and not amount.note:
        mistakes.add(file, f"{where}.unit", "金额缺少单位")
    if isinstance(amount.value, tuple) and amount.value[0] > amount.value[1]:
        mistakes.add(file, f"{where}.value", "区间的下限大于上限")


def check_rules(facts: Iterable[Fact], profile: ProfileContent, mistakes: Mistakes) -> None:
    """Note every rule that speaks of a trait or a value the calculator does not know."""
    for fact in facts:
        for place, rule in enumerate(fact.card.rules):
            for condition in rule.conditions:
                where = f"{fact.card.id}.rules.{place}"
                _check_condition(f"{fact.document.id}.yaml", where, condition, profile, mistakes)


def _check_condition(file: str, where: str, condition: Condition, profile: ProfileContent, mistakes: Mistakes) -> None:
    trait = profile.by_id.get(condition.trait)
    if trait is None:
        mistakes.add(file, f"{where}.trait", f"_profile.yaml 里没有这一项：{condition.trait}")
        return
    if (trait.kind == "number") == bool(condition.any_of):
        mistakes.add(file, where, f"“{trait.title}”应写 {'at_least / at_most' if trait.kind == 'number' else 'any_of'}")
    known = {value.name for value in trait.values}
    for wanted in condition.any_of if not trait.open else ():
        if wanted not in known:
            mistakes.add(file, f"{where}.any_of", f"“{trait.title}”没有这个取值：{wanted}")


def check_faqs(
    file: str, faqs: "Iterable[Faq]", known: Collection[str], cards: Collection[str] | None, mistakes: Mistakes
) -> None:
    """Note every mistake of one file of questions; `cards` None: some document could not be read, cites unchecked."""
    seen: set[str] = set()
    for faq in faqs:
        if faq.id in known or faq.id in seen:
            mistakes.add(file, f"{faq.id}.id", "编号重复")
        seen.add(faq.id)
        _check_topics(file, faq.id, faq.topics, mistakes)
        _check_repeats(file, faq.id, faq.questions, mistakes)
        for cited in faq.cites if cards is not None else ():
            if cited not in cards:  # type: ignore[operator]
                mistakes.add(file, f"{faq.id}.cites", f"没有这张政策卡：{cited}")


def _check_topics(file: str, owner: str, topics: Iterable[str], mistakes: Mistakes) -> None:
    for topic in topics:
        if topic not in TOPICS:
            mistakes.add(file, f"{owner}.topics", f"没有这个主题：{topic}")


def _check_repeats(file: str, owner: str, questions: Iterable[str], mistakes: Mistakes) -> None:
    seen: set[str] = set()
    for question in questions:
        if question in seen:
            mistakes.add(file, f"{owner}.questions", f"问法重复：{question}")
        seen.add(question)
