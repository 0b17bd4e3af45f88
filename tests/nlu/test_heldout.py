"""The figures on sentences that were never used for training do not fall."""

import json
from pathlib import Path

from zhiqibot.content.intents import IntentContent
from zhiqibot.core.clock import read_instant
from zhiqibot.nlu.evaluation import evaluate
from zhiqibot.nlu.labelled import read_labelled
from zhiqibot.nlu.understander import Understander

HELD_OUT = Path(__file__).with_name("heldout.jsonl")
PLAIN = Path(__file__).with_name("heldout_plain.jsonl")
NOW = read_instant("2026-11-23T10:00")


def test_held_out_messages_are_understood(understander: Understander) -> None:
    """留出集：意图、主题、范围外的数字不低于门槛。"""
    report = evaluate(understander, read_labelled(HELD_OUT, "intent"), NOW)

    assert report.accuracy >= 0.93, report
    assert report.macro_f1 >= 0.935, report
    assert (report.topic_accuracy or 0) >= 0.90, report
    assert (report.out_of_scope_recall or 0) >= 0.95, report
    assert (report.two_in_one_recall or 0) >= 0.80, report
    assert (report.slot_f1 or 0) >= 0.95, report


def test_plain_messages_by_another_hand_are_understood(understander: Understander) -> None:
    """第二套留出集（另一个人写的日常短句）：意图、主题不低于门槛。"""
    report = evaluate(understander, read_labelled(PLAIN, "intent"), NOW)

    assert report.accuracy >= 0.955, report
    assert report.macro_f1 >= 0.94, report
    assert (report.report_topic_accuracy or 0) >= 0.90, report


def test_no_held_out_sentence_is_a_training_sentence(content: IntentContent) -> None:
    """留出集的句子一句也没有混进训练内容。"""
    trained = {"".join(filter(str.isalnum, text)) for text, _ in content.labelled()}
    lines = (HELD_OUT.read_text(encoding="utf-8") + PLAIN.read_text(encoding="utf-8")).splitlines()
    held_out = [json.loads(line)["text"] for line in lines]

    shared = [text for text in held_out if len(text) > 6 and "".join(filter(str.isalnum, text)) in trained]

    assert len(shared) <= len(held_out) // 100, shared
