"""What no single field can tell: checks across the cards and questions of the policy corpus."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final

from zhiqibot.content.intents import TOPICS
from zhiqibot.content.policies import Amount, Card, Condition, Document, Fact, Faq, fold, show_value
from zhiqibot.content.profile import ProfileContent
from zhiqibot.content.reading import Mistakes
from zhiqibot.core.numbers import numbers_in

FEWEST_QUESTIONS: Final = 5
"""Wordings of a benefit or a service: with fewer, people's own words do not find it."""
_ASKED_FOR: Final = ("benefit", "service")


def check_cards(
    file: str,
    document: Document,
    cards: Iterable[Card],
    known: Collection[str],
    today: date | None,
    mistakes: Mistakes,
) -> None:
    """Note every mistake of one document's cards; `known` are the ids of the documents read before."""
    seen: set[str] = set()
    for card in cards:
        if card.id in known or card.id in seen:
            mistakes.add(file, f"{card.id}.id", "编号重复")
        seen.add(card.id)
        _check_card(file, card, today, mistakes)
        _check_lead(file, document, card, mistakes)


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
    if card.kind in _ASKED_FOR and len(card.questions) < FEWEST_QUESTIONS:
        mistakes.add(
            file, f"{card.id}.questions", f"奖补和服务至少写 {FEWEST_QUESTIONS} 种问法，现在是 {len(card.questions)} 种"
        )
    _check_repeats(file, card.id, card.questions, mistakes)


def _check_lead(file: str, document: Document, card: Card, mistakes: Mistakes) -> None:
    """The first line is what people remember: its figures must stand in the card's fields too."""
    bearing = (document.title, document.number or "", document.dated)
    backed = set(numbers_in("\n".join((*card.details, *bearing))))
    for number in dict.fromkeys(numbers_in(card.lead)):
        if number not in backed:
            mistakes.add(file, f"{card.id}.lead", f"“{number}”在金额、条件等各项里都没有，请核对或补上出处")


def _check_amount(file: str, where: str, amount: Amount, mistakes: Mistakes) -> None:
    values = amount.value if isinstance(amount.value, tuple) else (amount.value,)
    if amount.value is None:
        if not amount.note:
            mistakes.add(file, f"{where}.note", "没有金额时要写明原因，如“原文未载明金额”")
    elif not amount.unit and amount.value != 0:
        mistakes.add(file, f"{where}.unit", "金额缺少单位")
    if any(one is not None and one < 0 for one in values):
        mistakes.add(file, f"{where}.value", f"金额不能是负数：{show_value(amount.value)}")
    if isinstance(amount.value, tuple) and amount.value[0] > amount.value[1]:
        mistakes.add(file, f"{where}.value", "区间的下限大于上限")


def check_successors(facts: Mapping[str, Fact], mistakes: Mistakes) -> None:
    """Note every card that names itself, or nothing known, as what replaces it, and every round of replacements."""
    for key, fact in facts.items():
        wanted = fact.card.successor
        if not wanted:
            continue
        where = (f"{fact.document.id}.yaml", f"{key}.successor")
        if wanted not in facts:
            mistakes.add(*where, f"没有这张政策卡：{wanted}")
        elif wanted == key:
            mistakes.add(*where, "不能由它自己替代")
        elif _comes_round(key, facts):
            mistakes.add(*where, f"替代关系转了一圈又回到自己：{wanted}")


def _comes_round(start: str, facts: Mapping[str, Fact]) -> bool:
    seen, at = {start}, facts[start].card.successor
    while at and at in facts and at not in seen:
        seen.add(at)
        at = facts[at].card.successor
    return at == start


def check_one_owner(facts: Mapping[str, Fact], faqs: Mapping[str, tuple[str, Faq]], mistakes: Mistakes) -> None:
    """Note every question that two entries claim: which of them would answer is chance. `faqs`: id -> (file, entry)."""
    owners: dict[str, str] = {}
    asked = [(f"{fact.document.id}.yaml", key, fact.card.questions) for key, fact in facts.items()]
    asked += [(file, key, faq.questions) for key, (file, faq) in faqs.items()]
    for file, key, questions in asked:
        for question in questions:
            first = owners.setdefault(fold(question), key)
            if first != key:
                mistakes.add(file, f"{key}.questions", f"这句问法 {first} 已经用了：{question}")


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
    file: str, faqs: Iterable[Faq], known: Collection[str], cards: Mapping[str, Fact] | None, mistakes: Mistakes
) -> None:
    """Note every mistake of one file of questions; `cards` None: some document could not be read, cites unchecked."""
    seen: set[str] = set()
    for faq in faqs:
        if faq.id in known or faq.id in seen:
            mistakes.add(file, f"{faq.id}.id", "编号重复")
        seen.add(faq.id)
        _check_topics(file, faq.id, faq.topics, mistakes)
        _check_repeats(file, faq.id, faq.questions, mistakes)
        if cards is not None:
            _check_cites(file, faq, cards, mistakes)


def _check_cites(file: str, faq: Faq, cards: Mapping[str, Fact], mistakes: Mistakes) -> None:
    for cited in faq.cites:
        if cited not in cards:
            mistakes.add(file, f"{faq.id}.cites", f"没有这张政策卡：{cited}")
    stated = [text for one in faq.cites if one in cards for text in (cards[one].stated, *cards[one].card.not_stated)]
    backed = set(numbers_in("\n".join(stated)))
    for number in dict.fromkeys(numbers_in(faq.answer)):
        if number not in backed:
            mistakes.add(file, f"{faq.id}.answer", f"“{number}”在所引的政策卡里没有")


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
