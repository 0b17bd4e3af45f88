"""`parse`, `ask`, `when`, `evaluate`: understanding and the policy desk over JSONL, for scripts and for measuring."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiqibot.commands.common import configured_database, emit, json_lines, moment, note, with_now

if TYPE_CHECKING:
    from zhiqibot.nlu.semantic import Embedder

    Layers = list[tuple[str, Embedder | None]]


@click.command(help="理解：每行一条 {id, text, role}，输出意图与要素")
@click.option("--jsonl", is_flag=True, required=True, help="从标准输入读 JSONL，写到标准输出")
@click.option("--no-semantic", is_flag=True, help="不用语义层")
@with_now
def parse(jsonl: bool, no_semantic: bool, now: datetime | None) -> None:
    from zhiqibot.language import load_language
    from zhiqibot.nlu.jsonl import parse_line
    from zhiqibot.settings import Settings

    understander = load_language(Settings(), semantic=not no_semantic)
    present = moment(now)
    for record in json_lines(sys.stdin):
        emit(parse_line(understander, record, present))


@click.command(help="政策问答：每行一条 {id, text, context}，输出答复与出处")
@click.option("--jsonl", is_flag=True, required=True, help="从标准输入读 JSONL，写到标准输出")
@click.option("--no-semantic", is_flag=True, help="不用语义层")
@with_now
def ask(jsonl: bool, no_semantic: bool, now: datetime | None) -> None:
    from zhiqibot.deployment import load_content, load_language, open_policy_desk
    from zhiqibot.settings import Settings
    from zhiqibot.topics.policies.jsonl import ask_line

    settings = Settings()
    content = load_content(settings)
    understander = load_language(settings, content, semantic=not no_semantic)
    desk = open_policy_desk(settings, content, understander, configured_database(settings))
    note(f"政策库：{len(content.policies.facts)} 张政策卡")
    present = moment(now)
    for record in json_lines(sys.stdin):
        emit(ask_line(desk, record, present))


@click.command(help="时间表达：每行一条 {id, text, now}，输出其中的日期、时刻与范围")
@click.option("--jsonl", is_flag=True, required=True, help="从标准输入读 JSONL，写到标准输出")
@with_now
def when(jsonl: bool, now: datetime | None) -> None:
    from zhiqibot.core.clock import read_instant
    from zhiqibot.core.workdays import load_calendar
    from zhiqibot.nlu.chinese_time import find_times
    from zhiqibot.settings import Settings

    calendar = load_calendar(Settings().holidays_dir)
    present = moment(now)
    for record in json_lines(sys.stdin):
        try:
            reference = read_instant(str(record["now"])) if record.get("now") else present
        except ValueError:
            note(f"看不懂 now“{record['now']}”，请写成 2026-11-23T10:00 这样（id：{record.get('id')}）")
            emit({"id": record.get("id"), "times": [], "error": "now 看不懂"})
            continue
        found = find_times(str(record.get("text") or ""), reference, workdays=calendar)
        times = [
            {
                "text": one.text,
                "span": list(one.span),
                "date": one.date.isoformat() if one.date else None,
                "time": one.time.strftime("%H:%M") if one.time else None,
                "start": one.start_iso,
                "end": one.end_iso,
                "open": one.open,
                "part": one.part,
                "ambiguous": one.ambiguous,
            }
            for one in found
        ]
        emit({"id": record.get("id"), "times": times})


@click.command(
    help="评测：--train 与 --test 给出任意标注集（text、label）；只给 --test 则用本产品的意图标注（text、intent）"
)
@click.option("--train", "train_file", type=click.Path(path_type=Path), default=None)
@click.option("--test", "test_file", type=click.Path(path_type=Path), required=True)
@click.option("--no-semantic", is_flag=True, help="只看线性模型；默认把有无语义层的成绩都给出")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), default=None, help="另存一页报告，带混淆图")
@with_now
def evaluate(
    train_file: Path | None, test_file: Path, no_semantic: bool, html: Path | None, now: datetime | None
) -> None:
    from zhiqibot.nlu.labelled import BadLabels
    from zhiqibot.nlu.semantic import load_embedder

    layers = _layers(None if no_semantic else load_embedder())
    try:
        report = _on_any_set(train_file, test_file, layers) if train_file else _on_own_intents(test_file, layers, now)
    except BadLabels as error:
        raise click.ClickException(str(error)) from error
    if html:
        try:
            html.write_text(report, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"报告写不到 {html}，请换一个位置") from error
        note(f"报告已存为 {html}")


def _on_any_set(train_file: Path, test_file: Path, layers: "Layers") -> str:
    """Print the figures on a labelled set of others; return the page."""
    from zhiqibot.nlu import evaluation
    from zhiqibot.nlu.evaluation_page import dataset_page

    reports = {name: evaluation.evaluate_dataset(train_file, test_file, layer) for name, layer in layers}
    for name, one in reports.items():
        click.echo(f"{name}  accuracy {one.accuracy:.4f}  macro_f1 {one.macro_f1:.4f}")
    return dataset_page(f"分类评测：{test_file.name}", reports)


def _on_own_intents(test_file: Path, layers: "Layers", now: datetime | None) -> str:
    """Print the figures on messages labelled with our own intents; return the page."""
    from zhiqibot.language import load_language
    from zhiqibot.nlu import evaluation
    from zhiqibot.nlu.evaluation_page import page
    from zhiqibot.nlu.labelled import read_labelled
    from zhiqibot.settings import Settings

    records = read_labelled(test_file, "intent")
    reports = {}
    for name, layer in layers:
        understander = load_language(Settings(), semantic=layer is not None)
        reports[name] = evaluation.evaluate(understander, records, moment(now))
        click.echo(f"== {name}\n{reports[name]}")
    return page(f"理解能力评测：{test_file.name}", reports)


def _layers(embedder: "Embedder | None") -> "Layers":
    return [("不用语义层", None), *([("用语义层", embedder)] if embedder else [])]
