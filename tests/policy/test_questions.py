"""Held-out questions, written apart from the corpus: the right card, the right figure, the right refusal."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.policy.conftest import Ask
from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.topics.policies.model import PolicyAnswer

HERE = Path(__file__).parent
RIGHT_CARD = 0.95
RIGHT_FIGURE = 0.94
RIGHT_REFUSAL = 0.95


def questions(stem: str) -> list[dict[str, Any]]:
    files = sorted(HERE.glob(f"{stem}*.yaml"))
    return [one for file in files for one in yaml.safe_load(file.read_text(encoding="utf-8"))]


def finds(corpus: PolicyCorpus, answer: PolicyAnswer, wanted: list[str]) -> bool:
    cards = set(answer.card_ids)
    return answer.answered and any(
        one in cards or (one in corpus.faqs and set(corpus.faqs[one].cites) <= cards) for one in wanted
    )


def says(answer: PolicyAnswer, question: dict[str, Any]) -> bool:
    fact = answer.text.split("依据：")[0]
    return all(one in answer.text for one in question.get("says", ())) and not any(
        one in fact for one in question.get("not", ())
    )


def test_there_are_enough_questions() -> None:
    """题量够：可答的不少于 200 题，答不了的不少于 100 题。"""
    assert len(questions("questions")) >= 200
    assert len(questions("unanswerable")) >= 100


def test_a_question_finds_its_card_and_its_figure(ask: Ask, corpus: PolicyCorpus) -> None:
    """能答的问题：政策卡答对、金额档次答对。"""
    asked = questions("questions")
    answers = [(one, ask(one["ask"], one.get("after"))) for one in asked]

    wrong = [one["ask"] for one, answer in answers if not finds(corpus, answer, one["card"])]
    off = [one["ask"] for one, answer in answers if not says(answer, one)]

    assert 1 - len(wrong) / len(asked) >= RIGHT_CARD, wrong
    assert 1 - len(set(wrong + off)) / len(asked) >= RIGHT_FIGURE, off


def test_what_no_document_says_is_refused(ask: Ask) -> None:
    """文件里没有的，一律说没有找到，不拿相近的充数。"""
    asked = questions("unanswerable")

    wrong = [one["ask"] for one in asked if ask(one["ask"], one.get("after")).answered]

    assert 1 - len(wrong) / len(asked) >= RIGHT_REFUSAL, wrong


def test_every_answer_names_its_source(ask: Ask) -> None:
    """凡是答复都带文件名、条款和日期。"""
    for one in questions("questions"):
        answer = ask(one["ask"], one.get("after"))
        if answer.answered:
            assert answer.citations, one["ask"]
            assert f"《{answer.citations[0].document}》" in answer.text, one["ask"]
            assert answer.citations[0].clause in answer.text, one["ask"]


@pytest.mark.parametrize("stem", ["questions", "unanswerable"])
def test_questions_are_not_copied_from_the_corpus(stem: str, corpus: PolicyCorpus) -> None:
    """考题不照抄题库里的问法。"""
    known = {q for fact in corpus.facts.values() for q in fact.card.questions}
    known |= {q for faq in corpus.faqs.values() for q in faq.questions}

    assert not [one["ask"] for one in questions(stem) if one["ask"] in known]
