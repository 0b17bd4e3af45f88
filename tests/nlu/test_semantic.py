"""The semantic layer: asked only about what the linear model is unsure of, never needed, never trusted when damaged."""

from pathlib import Path

import numpy as np
import pytest

from zhiqibot.content.intents import IntentContent
from zhiqibot.core.clock import read_instant
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.nlu.arrays import ArraysUnusable, load_arrays
from zhiqibot.nlu.loading import load_understander
from zhiqibot.nlu.semantic import LONGEST, SHIPPED, Embedder, load_embedder, load_head, load_second_opinion, said
from zhiqibot.nlu.semantic_training import VectorStore, train_head
from zhiqibot.nlu.understander import Understander

NOW = read_instant("2026-11-23T10:00")


@pytest.fixture
def embedder() -> Embedder:
    found = load_embedder()
    if found is None:
        pytest.skip("本机没有安装语义层")
    return found


@pytest.fixture
def few(tmp_path: Path) -> IntentContent:
    """A content of two intents, small enough to train in a second."""
    from zhiqibot.content.intent_loading import load_intents

    folder = tmp_path / "few"
    folder.mkdir()
    for name, sentences in {
        "report_issue": ["厂里停电了", "银行不给贷款", "门口的路坏了没人修"],
        "book_event": ["早餐会给我报个名", "我要参加下一场茶会", "帮我留两个座位"],
    }.items():
        lines = "\n".join(f"- {sentence}" for sentence in sentences)
        head = f"id: {name}\ntitle: 测试意图\nroles: [enterprise]\nslots: []\nsays:\n"
        (folder / f"{name}.yaml").write_text(head + lines, encoding="utf-8")
    return load_intents(folder)


def test_the_shipped_head_knows_every_intent_and_topic(content: IntentContent, understander: Understander) -> None:
    """随内容附带的语义层与现有意图、主题一一对应（增加意图后须重新训练）。"""
    head, _ = load_head(content.folder / SHIPPED)

    assert set(head.intents) | {"out_of_scope"} == set(content.intents)


def test_only_unsure_messages_are_asked(embedder: Embedder, understander: Understander) -> None:
    """说得清楚的不问语义层，说得含糊的才问。"""
    before = understander.second_opinions

    clear = understander.understand("我想报名参加周五的早餐会，两个人", NOW)
    assert (clear.intent, understander.second_opinions) == ("book_event", before)

    understander.understand("单子上写的不太对", NOW)
    assert understander.second_opinions == before + 1


def test_a_bare_answer_is_never_asked(embedder: Embedder, understander: Understander) -> None:
    """正在填表时的短答，语义层帮不上忙。"""
    before = understander.second_opinions

    understander.understand("嗯就那样吧", NOW, asked="confirm")

    assert understander.second_opinions == before


def test_everything_works_without_the_layer(content: IntentContent, cache: Path) -> None:
    """没有语义层，照样理解。"""
    alone = load_understander(content, cache, workdays=WorkdayCalendar(), semantic=False)

    assert alone.understand("厂里又停电了，机器全停了", NOW).intent == "report_issue"
    assert alone.second_opinions == 0


@pytest.mark.parametrize("damage", ["cut short", "flipped", "missing"])
def test_a_damaged_head_is_not_used(content: IntentContent, embedder: Embedder, tmp_path: Path, damage: str) -> None:
    """语义层文件残缺、被改或不在：不用它，也不出错。"""
    path = tmp_path / SHIPPED
    whole = (content.folder / SHIPPED).read_bytes()
    head, _ = load_head(content.folder / SHIPPED)
    if damage == "cut short":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "flipped":
        path.write_bytes(whole[:5000] + bytes([whole[5000] ^ 0x21]) + whole[5001:])

    with pytest.raises(ArraysUnusable):
        load_head(path)
    assert load_second_opinion([path], head.intents, head.topics, embedder) is None


def test_a_head_for_other_intents_is_not_used(content: IntentContent, embedder: Embedder) -> None:
    """意图增减之后，旧的语义层不顶用。"""
    head, _ = load_head(content.folder / SHIPPED)

    assert load_second_opinion([content.folder / SHIPPED], head.intents[1:], head.topics, embedder) is None


@pytest.mark.slow
def test_a_head_trained_here_tells_meanings_apart(few: IntentContent, embedder: Embedder, tmp_path: Path) -> None:
    """几句话就能训练出分得清意思的语义层，说法完全不同也认得。"""
    head = train_head(few, VectorStore(embedder, tmp_path), embedder)

    scores = head.score(embedder.embed(["供电所把我们线路掐了"])[0])
    assert head.intents[int(scores.intents.argmax())] == "report_issue"
    scores = head.score(embedder.embed(["座谈活动算我一个"])[0])
    assert head.intents[int(scores.intents.argmax())] == "book_event"


def test_known_sentences_are_not_embedded_again(
    embedder: Embedder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """再次训练只算新句子的向量，结果与第一次相同。"""
    first = VectorStore(embedder, tmp_path).vectors(["厂里停电了", "早餐会报名"])
    capsys.readouterr()

    again = VectorStore(embedder, tmp_path).vectors(["早餐会报名", "厂里停电了", "查进度"])

    assert "1/1" in capsys.readouterr().err
    assert np.array_equal(again[:2], first[::-1])
    arrays, _ = load_arrays(next(tmp_path.glob("vectors-*.npz")))
    assert {array.dtype.kind for array in arrays.values()} <= {"f", "u"}  # hashes and vectors, no text


def test_long_texts_are_cut_to_their_ends() -> None:
    """太长的话只看头尾，时间有上限。"""
    text = "开头" + "中" * 500 + "结尾"

    assert said(text).startswith("开头")
    assert said(text).endswith("结尾")
    assert len(said(text)) <= LONGEST + 1
