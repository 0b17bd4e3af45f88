"""The corpus is checked as a whole: every mistake at once, each as file: field: reason."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.core.errors import ContentError

CARD: dict[str, Any] = {
    "id": "t-01",
    "kind": "benefit",
    "title": "测试补贴",
    "clause": "一、",
    "topics": ["talent"],
    "lead": "测试补贴每人100元。",
    "summary": "测试补贴每人100元。",
    "amounts": [{"what": "测试补贴", "value": 100, "unit": "元/人"}],
    "questions": ["测试补贴多少"],
}
DOCUMENT = {
    "id": "t",
    "title": "测试文件",
    "date": "2026-01-01",
    "issuer": "测试单位",
    "region": "方城县",
    "kind": "policy",
}


def write(folder: Path, cards: list[dict[str, Any]], faq: list[dict[str, Any]] | None = None, **document: Any) -> None:
    data = {"document": {**DOCUMENT, **document}, "cards": cards}
    (folder / "t.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    if faq:
        (folder / "faq").mkdir()
        (folder / "faq" / "q.yaml").write_text(yaml.safe_dump({"faq": faq}, allow_unicode=True), encoding="utf-8")


def mistakes(folder: Path) -> str:
    with pytest.raises(ContentError) as caught:
        load_policies(folder, today=date(2026, 11, 23))
    return str(caught.value)


def test_the_corpus_is_complete_and_clean(corpus: PolicyCorpus) -> None:
    """五份文件、198 张卡都在，没有一处错误。"""
    assert len(corpus.documents) == 5
    assert len(corpus.facts) == 198
    assert len(corpus.faqs) >= 30


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    """一次报全：编号重复、没有的主题、缺条款、金额缺单位、空值没说明、过期没有接替、问法重复。"""
    bad = {
        **CARD,
        "clause": None,
        "topics": ["weather"],
        "amounts": [{"what": "甲补贴", "value": 5}, {"what": "乙补贴", "value": None, "unit": "元"}],
        "valid_until": "2025-01-01",
        "questions": ["补多少", "补多少"],
    }
    faq = [
        {
            "id": "x-t",
            "topics": ["talent"],
            "questions": ["甲"],
            "answer": "这里是一段足够长的答复。",
            "cites": ["t-99"],
        }
    ]
    write(tmp_path, [CARD, bad], faq)

    said = mistakes(tmp_path)

    for line in (
        "t.yaml: t-01.id: 编号重复",
        "t.yaml: t-01.topics: 没有这个主题：weather",
        "t.yaml: t-01.clause: 缺少条款",
        "t.yaml: t-01.amounts.0.unit: 金额缺少单位",
        "t.yaml: t-01.amounts.1.note: 没有金额时要写明原因",
        "t.yaml: t-01.valid_until: 已过有效期",
        "t.yaml: t-01.questions: 问法重复：补多少",
        "q.yaml: x-t.cites: 没有这张政策卡：t-99",
    ):
        assert line in said


def test_the_document_must_bear_its_files_name(tmp_path: Path) -> None:
    """文件名与文件编号要一致。"""
    write(tmp_path, [CARD], id="other")

    assert "t.yaml: document.id: 应与文件名一致" in mistakes(tmp_path)


def test_an_unknown_field_is_a_mistake(tmp_path: Path) -> None:
    """拼错的字段会被指出来。"""
    write(tmp_path, [{**CARD, "amout": []}])

    assert "t.yaml: cards.0.amout: 没有这个字段" in mistakes(tmp_path)


def test_a_successor_must_exist(tmp_path: Path) -> None:
    """接替的政策卡要真有。"""
    write(tmp_path, [{**CARD, "valid_until": "2025-01-01", "successor": "t-77"}])

    assert "t-01.successor: 没有这张政策卡：t-77" in mistakes(tmp_path)


def test_broken_and_missing_files_are_named(tmp_path: Path) -> None:
    """YAML 写坏了说第几行；目录空着也说。"""
    assert "没有找到任何政策文件" in mistakes(tmp_path)
    (tmp_path / "t.yaml").write_text("document: [", encoding="utf-8")
    assert "YAML 写法有误" in mistakes(tmp_path)


def test_every_overview_rests_on_its_cards(corpus: PolicyCorpus) -> None:
    """跨文件问答里的每个数字，都能在它引用的卡里找到。"""
    from zhiqibot.topics.policies.figures import numbers_of, unsupported

    stray = {}
    for faq in corpus.faqs.values():
        known = frozenset().union(*(numbers_of(corpus.facts[card]) for card in faq.cites))
        if left := unsupported(faq.answer, known):
            stray[faq.id] = left
    assert not stray
