"""What a question can be for: every card, every overview, and what no document answers."""

from collections.abc import Sequence

from zhiqibot.content.policies import PolicyCorpus

NO_ANSWER = ""
"""Stands for an entry: the questions that no document answers."""


def questions_of(corpus: PolicyCorpus) -> list[tuple[str, Sequence[str]]]:
    """Return (entry id, the questions it answers) for every card, every overview and what no document answers (NO_ANSWER)."""
    cards = [(key, (*fact.card.questions, fact.card.title)) for key, fact in corpus.facts.items()]
    overviews = [(key, faq.questions) for key, faq in corpus.faqs.items()]
    return [*cards, *overviews, (NO_ANSWER, corpus.unanswered)]
