"""The evaluation counts what it says it counts, and its page shows it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from zhiqibot.commands.measure import evaluate as command
from zhiqibot.core.clock import read_instant
from zhiqibot.nlu.evaluation import evaluate, evaluate_dataset
from zhiqibot.nlu.evaluation_page import confusion_picture, page
from zhiqibot.nlu.labelled import BadLabels, read_labelled
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
    assert report.topic_accuracy == report.report_topic_accuracy == 1.0
    assert report.split_in_vain is not None
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

    assert (figures.accuracy, figures.macro_f1) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "文件是空的"),
        (b"not json", "第 1 行：不是合法的 JSON"),
        (b"[1]", "第 1 行：应为一个 JSON 对象"),
        ('{"text": "停电了"}'.encode(), "第 1 行：缺少 intent"),
        (b'{"text": 3, "intent": "greet"}', "第 1 行：text 应为文字"),
        (
            '{"text": "停电", "intent": "greet"}\n{"text": "a", "intent": "greet", "slots": "x"}'.encode(),
            "第 2 行：slots",
        ),
        ('{"text": "停电", "intent": "greet", "now": "昨天"}'.encode(), "now 看不懂"),
        ('{"text": "停电", "intent": "greet"}'.encode("gbk"), "不是 UTF-8"),
    ],
)
def test_a_bad_file_is_told_with_its_line(tmp_path: Path, content: bytes, reason: str) -> None:
    """标注文件有毛病：说清哪个文件、第几行、为什么，不冒出一串英文。"""
    path = tmp_path / "test.jsonl"
    path.write_bytes(content)

    with pytest.raises(BadLabels, match=reason):
        read_labelled(path, "intent")

    said = CliRunner().invoke(command, ["--no-semantic", "--test", str(path)])
    assert said.exit_code == 1
    assert reason in said.output


def test_a_missing_file_a_folder_and_a_mark_at_the_start(tmp_path: Path) -> None:
    """没有这个文件、给成了文件夹都说得明白；开头有 BOM 的文件照样能读。"""
    with pytest.raises(BadLabels, match="找不到文件"):
        read_labelled(tmp_path / "none.jsonl", "intent")
    with pytest.raises(BadLabels, match="是文件夹"):
        read_labelled(tmp_path, "intent")

    marked = tmp_path / "bom.jsonl"
    marked.write_text('{"text": "你好", "intent": "greet"}', encoding="utf-8-sig")
    assert read_labelled(marked, "intent") == [{"text": "你好", "intent": "greet"}]


def test_a_set_of_others_has_its_page_too(tmp_path: Path) -> None:
    """用别人的标注集评测，也能另存一页报告；只有一种标签训练不了，如实说。"""
    lines = [{"text": f"{verb}{noun}", "label": verb} for verb in ("播放", "关闭") for noun in ("音乐", "电视", "空调")]
    data, one, saved = tmp_path / "data.jsonl", tmp_path / "one.jsonl", tmp_path / "page.html"
    data.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    one.write_text(json.dumps(lines[0]), encoding="utf-8")

    asked = ["--no-semantic", "--train", str(data), "--test", str(data), "--html", str(saved)]
    assert CliRunner().invoke(command, asked).exit_code == 0
    assert "准确率" in saved.read_text(encoding="utf-8")

    refused = CliRunner().invoke(command, ["--no-semantic", "--train", str(one), "--test", str(data)])
    assert "至少要有两种 label" in refused.output
