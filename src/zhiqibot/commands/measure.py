"""`parse` and `ask`: understanding and the policy desk over JSONL, for scripts and for measuring."""

import sys
from datetime import datetime

import click

from zhiqibot.commands.common import emit, json_lines, moment, note, with_now


@click.command(help="理解：每行一条 {id, text, role}，输出意图与要素")
@click.option("--jsonl", is_flag=True, required=True, help="从标准输入读 JSONL，写到标准输出")
@with_now
def parse(jsonl: bool, now: datetime | None) -> None:
    from zhiqibot.app import load_content, load_language
    from zhiqibot.nlu.jsonl import parse_line
    from zhiqibot.settings import Settings

    settings = Settings()
    understander = load_language(settings, load_content(settings))
    present = moment(now)
    for record in json_lines(sys.stdin):
        emit(parse_line(understander, record, present))


@click.command(help="政策问答：每行一条 {id, text, context}，输出答复与出处")
@click.option("--jsonl", is_flag=True, required=True, help="从标准输入读 JSONL，写到标准输出")
@with_now
def ask(jsonl: bool, now: datetime | None) -> None:
    from zhiqibot.app import load_content, make_policy_desk
    from zhiqibot.settings import Settings
    from zhiqibot.topics.policies.jsonl import ask_line

    settings = Settings()
    content = load_content(settings)
    desk = make_policy_desk(content)
    note(f"政策库：{len(content.policies.facts)} 张政策卡")
    present = moment(now)
    for record in json_lines(sys.stdin):
        emit(ask_line(desk, record, present))
