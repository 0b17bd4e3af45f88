"""Whatever arrives: an answer, quickly, and never an exception; whatever lies in the cache: a sound model."""

import json
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiqibot.content.intent_loading import load_intents
from zhiqibot.content.intents import IntentContent
from zhiqibot.core.clock import SHANGHAI
from zhiqibot.core.errors import ContentError
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.nlu.evaluation import evaluate, evaluate_dataset
from zhiqibot.nlu.loading import load_understander
from zhiqibot.nlu.model import KEPT, ModelUnusable, forget_older, load_model, model_key
from zhiqibot.nlu.normal import Normaliser
from zhiqibot.nlu.understander import Understander

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
ODD = [
    "",
    " ",
    "😀",
    "😀🎉",
    "\ud800",
    "停电\udfff了",
    "\x00\x01\x1b[31m",
    "？？？",
    "。",
    "\u202e停电",
    "a" * 5000,
    "⭐",
    "１２",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_understood_as_something(understander: Understander, now: datetime, text: str) -> None:
    """空白、表情、孤立代理项、控制字符：总有一个结论，且能写成 JSON。"""
    understood = understander.understand(text, now)

    assert understood.acts
    assert json.dumps(understood.slots)


def test_a_very_long_text_is_read_in_a_blink(understander: Understander, now: datetime) -> None:
    """十万字的消息不会拖住服务。"""
    started = time.perf_counter()
    understander.understand("厂里停电了，没人管。另外早餐会给我报个名！" * 5000, now)

    assert time.perf_counter() - started < 1.0


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(alphabet=st.characters(), max_size=80)
    | st.text(alphabet="厂停电报名早餐会号两个人周二0123456789，。另外ZQ-", max_size=60)
)
def test_understanding_never_raises(understander: Understander, text: str) -> None:
    """任意文本都不会出错，摘录一定是原文的一部分。"""
    understood = understander.understand(text, NOW, asked="attendees")

    assert all(act.text in text for act in understood.acts)
    for name in ("description", "location", "subject"):
        assert understood.slots.get(name, "") in text


@given(text=st.text(max_size=60))
def test_the_normal_form_knows_where_it_comes_from(text: str) -> None:
    """规整后的每个字都对得上原文位置。"""
    normal = Normaliser({"早参会": "早餐会"}).read(text)

    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(normal.starts, normal.ends, strict=True))


@pytest.fixture
def small(tmp_path: Path) -> IntentContent:
    folder = tmp_path / "intents"
    folder.mkdir()
    for name, sentences in {
        "book_event": ["报名", "我要参加早餐会", "给我报一个"],
        "greet": ["你好", "您好", "在吗"],
    }.items():
        lines = "\n".join(f"- {sentence}" for sentence in sentences)
        head = f"id: {name}\ntitle: 测试意图\nroles: [enterprise]\nslots: []\nsays:\n"
        (folder / f"{name}.yaml").write_text(head + lines, encoding="utf-8")
    return load_intents(folder)


@pytest.mark.parametrize("damage", ["first byte", "middle", "last byte", "missing"])
def test_a_damaged_model_is_trained_again(small: IntentContent, tmp_path: Path, damage: str) -> None:
    """模型文件被改动、损坏或缺失：不采用，重新训练。"""
    cache, key = tmp_path / "cache", model_key(small)
    load_understander(small, cache, workdays=WorkdayCalendar())
    target = cache / f"{key}.npz"
    if damage == "missing":
        target.unlink()
    else:
        spoiled = bytearray(target.read_bytes())
        spoiled[{"first byte": 0, "middle": len(spoiled) // 2, "last byte": -4}[damage]] ^= 0x41
        target.write_bytes(bytes(spoiled))
    with pytest.raises(ModelUnusable):
        load_model(cache, key)

    understander = load_understander(small, cache, workdays=WorkdayCalendar())

    assert understander.understand("你好", NOW).intent == "greet"


def test_old_models_are_forgotten(tmp_path: Path) -> None:
    """每加一句例句就多一个模型：只留最近的几个，别的文件不动。"""
    for number in range(KEPT + 2):
        path = tmp_path / f"nlu-2-{number}.npz"
        path.write_bytes(b"")
        os.utime(path, (number, number))
    (tmp_path / "vectors.npz").write_bytes(b"")

    forget_older(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *(f"nlu-2-{number}.npz" for number in range(2, KEPT + 2)),
        "vectors.npz",
    ]


def test_a_stored_model_holds_no_pickle(understander: Understander, content: IntentContent, cache: Path) -> None:
    """模型文件只有数组和文字，没有可执行内容。"""
    with np.load(cache / f"{model_key(content)}.npz", allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} <= {"f", "u"}


def test_the_server_needs_no_training_packages(understander: Understander, content: IntentContent, cache: Path) -> None:
    """服务进程不加载 scikit-learn 和 pypinyin。"""
    code = (
        "import sys; from datetime import datetime; from pathlib import Path\n"
        "from zhiqibot.content.intent_loading import load_intents; from zhiqibot.core.workdays import WorkdayCalendar\n"
        "from zhiqibot.nlu.loading import load_understander\n"
        f"u = load_understander(load_intents(Path({str(content.folder)!r})), Path({str(cache)!r}), workdays=WorkdayCalendar())\n"
        "u.understand('厂里停电了', datetime(2026, 11, 23))\n"
        "print([m for m in ('sklearn', 'scipy', 'pypinyin') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_every_mistake_in_the_content_is_reported(tmp_path: Path) -> None:
    """意图文件的错误一次全部列出。"""
    (tmp_path / "greet.yaml").write_text(
        "id: hello\ntitle: 问好\nroles: [enterprise]\nsays: [你好]\nsays_by_topic: {moon: [在吗]}\nunlike: {nothing: [嗯]}\n",
        encoding="utf-8",
    )
    (tmp_path / "thanks.yaml").write_text(
        "id: thanks\ntitle: 道谢\nroles: [king]\nsays: [谢谢, 多谢, 你好！]\n", encoding="utf-8"
    )
    (tmp_path / "bye.yaml").write_text(
        "id: bye\ntitle: 道别\nroles: [office]\nsays: [再见, 回见, 你好！]\n", encoding="utf-8"
    )

    with pytest.raises(ContentError) as caught:
        load_intents(tmp_path)

    told = str(caught.value)
    for piece in (
        "greet.yaml: id",
        "says_by_topic.moon",
        "unlike.nothing",
        "至少要有 3 句",
        "thanks.yaml: roles.0",
        "重复：你好",
    ):
        assert piece in told


def test_an_evaluation_counts_what_is_right(understander: Understander, now: datetime) -> None:
    """评测：准确率、两件事召回、域外召回都有数。"""
    records = [
        {"text": "厂里停电了", "intent": "report_issue", "topic": "energy"},
        {
            "text": "早餐会给我报两个人",
            "intent": "book_event",
            "slots": {"event_kind": "breakfast_talk", "attendees": 2},
        },
        {"text": "厂里停电了，另外早餐会给我报个名", "intent": "report_issue", "also": ["book_event"]},
        {"text": "今天天气怎么样", "intent": "out_of_scope"},
        {"text": "早餐会给我报个名", "intent": "greet"},
    ]

    report = evaluate(understander, records, now)

    assert report.accuracy == pytest.approx(0.8)
    assert (report.topic_accuracy, report.two_in_one_recall, report.slot_f1) == (1.0, 1.0, 1.0)
    assert report.mistakes == [("早餐会给我报个名", "greet", "book_event")]
    assert "greet -> book_event: 1" in str(report)


def test_the_classifier_learns_any_labelled_set(tmp_path: Path) -> None:
    """分类器可以在任意标注集上训练和测试。"""
    train, test = tmp_path / "train.jsonl", tmp_path / "test.jsonl"
    rows = [
        ("开灯", "on"),
        ("把灯打开", "on"),
        ("打开电灯", "on"),
        ("关灯", "off"),
        ("把灯关上", "off"),
        ("关掉电灯", "off"),
    ]
    train.write_text("\n".join(json.dumps({"text": t, "label": n}) for t, n in rows), encoding="utf-8")
    test.write_text(json.dumps({"text": "灯打开", "label": "on"}) + "\n", encoding="utf-8")

    assert evaluate_dataset(train, test).accuracy == 1.0
