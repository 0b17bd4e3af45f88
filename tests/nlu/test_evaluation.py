"""The evaluation counts what it says it counts, and its page shows it."""

import json
from pathlib import Path

from zhiqibot.core.clock import read_instant
from zhiqibot.nlu.evaluation import evaluate, evaluate_dataset
from zhiqibot.nlu.evaluation_page import confusion_picture, page
from zhiqibot.nlu.understander import Understander

NOW = read_instant("2026-11-23T10:00")
RECORDS = [
    {"text": "厂里停电了，机器全停了", "intent": "report_issue", "topic": "energy"},
    {"text": "帮我报名周五的早餐会", "intent": "book_event"},
    {"text": "厂里停电了，赶紧派人来<修>", "intent": "greet"},  # labelled wrongly on purpose
    {"text": "今天股票涨了没", "intent": "out_of_scope"},
]


def test_the_figures_add_up(understander: Understander) -> None:
    """四条里标错一条：准确率 0.75，混淆与错例各一条，置信区间的条数合计为四。"""
    report = evaluate(understander, RECORDS, NOW)

    assert report.accuracy == 0.75
    assert report.topic_accuracy == 1.0
    assert report.out_of_scope_recall == 1.0
    assert dict(report.confusions) == {("greet", "report_issue"): 1}
    assert [mistake[1:] for mistake in report.mistakes] == [("greet", "report_issue")]
    assert sum(count for *_, count in report.bands) == 4


def test_the_page_shows_figures_and_picture_and_escapes(understander: Understander) -> None:
    """报告一页看全：数字、混淆图、错例；原话里的尖括号不会变成标签。"""
    text = page("评测", {"不用语义层": evaluate(understander, RECORDS, NOW)})

    assert "0.7500" in text
    assert "<svg" in text
    assert "greet → report_issue：1" in text
    assert "来&lt;修&gt;" in text
    assert "<script" not in text


def test_no_confusion_no_picture() -> None:
    """全对的时候如实说没有混淆。"""
    assert confusion_picture({}) == "<p>没有混淆。</p>"


def test_any_labelled_set_can_be_measured(tmp_path: Path) -> None:
    """任意标注集：现训现测，训练过的说法换几个字也认得。"""
    train = [
        (f"{verb}{noun}", verb)
        for verb in ("播放", "关闭", "查询")
        for noun in ("音乐", "电视", "空调", "天气", "新闻")
    ]
    test = [("帮我播放新闻节目", "播放"), ("关闭那台空调", "关闭"), ("查询明天天气", "查询")]
    for name, pairs in (("train", train), ("test", test)):
        lines = [json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in pairs]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")

    figures = evaluate_dataset(tmp_path / "train", tmp_path / "test")

    assert figures == {"accuracy": 1.0, "macro_f1": 1.0}
