"""The entry classifier: tells a card from its neighbours, is stored whole or not at all, and is trained when the cards change."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.content.reading import content_root
from zhiqibot.nlu.arrays import ArraysUnusable
from zhiqibot.topics.policies.classifier import (
    EntryClassifier,
    classifier_path,
    features_of,
    load_classifier,
    read_classifier,
)
from zhiqibot.topics.policies.classifier_training import main, train_classifier
from zhiqibot.topics.policies.entries import NO_ANSWER

FOLDER = content_root() / "policy_faq"


@pytest.fixture(scope="module")
def few(corpus: PolicyCorpus) -> PolicyCorpus:
    """Three cards that share most of their words, and what no document answers."""
    wanted = ("fc-talent-07f", "fc-talent-07c", "fc-talent-09")
    return replace(corpus, facts={key: corpus.facts[key] for key in wanted}, faqs={}, unanswered=corpus.unanswered[:60])


@pytest.fixture(scope="module")
def trained(few: PolicyCorpus) -> EntryClassifier:
    return train_classifier(few)


def test_a_known_question_lies_on_the_side_of_its_card(few: PolicyCorpus, trained: EntryClassifier) -> None:
    """学过的问法，各归各的卡片；没有答案的归“没有”。"""
    asked = [(key, question) for key, fact in few.facts.items() for question in fact.card.questions]
    asked += [(NO_ANSWER, question) for question in few.unanswered]

    right = sum(max(found, key=found.__getitem__) == key for key, found in ((k, trained.margins(q)) for k, q in asked))

    assert right / len(asked) > 0.97


@pytest.mark.parametrize("question", ["", "？？？", "\ud800", "🙂" * 200, "x" * 20_000])
def test_any_text_gets_a_margin_for_every_entry(trained: EntryClassifier, question: str) -> None:
    """空的、怪的、很长的文字，也给出每个条目的数。"""
    found = trained.margins(question)

    assert set(found) == set(trained.entries)
    assert all(np.isfinite(list(found.values())))


def test_punctuation_and_width_make_no_difference() -> None:
    """标点、全角、大小写不影响。"""
    assert features_of("９８５硕士，ＡＢ？") == features_of("985硕士 ab ")


def test_what_is_stored_is_read_as_it_was(trained: EntryClassifier, tmp_path: Path) -> None:
    """存盘再读，结果一致；文件坏了就当没有。"""
    path = tmp_path / "one.npz"
    trained.save(path)

    read = read_classifier(path)
    assert read.entries == trained.entries
    before, after = trained.margins("招个硕士补多少"), read.margins("招个硕士补多少")
    assert after == pytest.approx(before, abs=0.01)

    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ArraysUnusable):
        read_classifier(path)


def test_another_question_is_another_classifier(few: PolicyCorpus, tmp_path: Path) -> None:
    """多一句问法就要重新训练；内容没变就用缓存的。"""
    more = replace(few, unanswered=(*few.unanswered, "县里给不给发媳妇"))

    assert classifier_path(few, tmp_path) == classifier_path(replace(few), tmp_path)
    assert classifier_path(more, tmp_path) != classifier_path(few, tmp_path)


def test_a_single_entry_needs_no_classifier(few: PolicyCorpus, tmp_path: Path) -> None:
    """只有一张卡片时不用分类。"""
    one = replace(few, facts=dict(list(few.facts.items())[:1]), unanswered=())

    assert load_classifier(one, FOLDER, tmp_path) is None


def test_a_damaged_folder_is_told_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """政策文件有错时训练不成，说明原因，缓存不动。"""
    policies, cache = tmp_path / "policy_faq", tmp_path / "cache"
    policies.mkdir()
    (policies / "bad.yaml").write_text("document: [", encoding="utf-8")

    assert main([str(policies), str(cache)]) == 1
    assert "bad.yaml" in capsys.readouterr().err
    assert not cache.exists()


def test_it_is_trained_once_for_the_shipped_cards(corpus: PolicyCorpus, tmp_path: Path) -> None:
    """第一次用时训练，以后直接读缓存；旧的只留几份。"""
    for age in range(5):
        (tmp_path / f"policy-entries-0-{age}.npz").write_bytes(b"old")

    first = load_classifier(corpus, FOLDER, tmp_path)
    written = classifier_path(corpus, tmp_path).stat().st_mtime_ns
    again = load_classifier(corpus, FOLDER, tmp_path)

    assert first is not None
    assert again is not None
    assert first.entries == again.entries
    assert classifier_path(corpus, tmp_path).stat().st_mtime_ns == written
    assert len(list(tmp_path.glob("policy-entries-*.npz"))) == 3
