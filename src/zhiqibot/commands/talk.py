"""`chat`: talk in the terminal, or play written conversations."""

import logging
from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from zhiqibot.commands.common import configured_database, emit, moment, note, numbered_lines, read_file, with_now
from zhiqibot.core.errors import Conflict, NotFound

if TYPE_CHECKING:
    from zhiqibot.rehearsal import Rehearsal


@click.command(help="在终端里对话；--script 播放写好的对话（JSONL）")
@click.option("--script", "script", default=None, help="对话文件（JSONL），- 为标准输入")
@click.option(
    "--role", type=click.Choice(["enterprise", "cadre", "office"]), default="enterprise", help="以谁的身份说话"
)
@with_now
def chat(script: str | None, role: str, now: datetime | None) -> None:
    from zhiqibot.deployment import load_content, load_language, open_policy_desk
    from zhiqibot.rehearsal import Rehearsal
    from zhiqibot.settings import Settings

    settings = Settings()
    with nullcontext() if script is None else read_file(script) as lines:  # a wrong name is told before all is loaded
        content = load_content(settings)
        understander = load_language(settings, content)
        desk = open_policy_desk(settings, content, understander, configured_database(settings))
        rehearsal = Rehearsal(settings, content, understander, desk, moment(now), on_error=_report)
        if lines is None:
            _talk(rehearsal, role)
            return
        refused = [number for number, line in numbered_lines(lines) if not _played(rehearsal, number, line)]
    if refused:
        raise click.ClickException(f"有 {len(refused)} 行没有播放：第 {'、'.join(map(str, refused))} 行。")


def _played(rehearsal: "Rehearsal", number: int, line: dict[str, Any] | str) -> bool:
    """Play one line and write what was answered; tell whether it could be. The line that cannot is answered, too."""
    from zhiqibot.rehearsal import ScriptMistake

    given: dict[str, Any] = {} if isinstance(line, str) else line
    try:
        if isinstance(line, str):
            raise ScriptMistake(what=line)
        emit(rehearsal.play(line))
    except (ScriptMistake, Conflict, NotFound) as error:
        note(f"第 {number} 行没有播放：{error}")
        emit({"id": given.get("id"), "replies": [], "error": str(error)})
        return False
    return True


def _report(text: str, error: Exception) -> None:
    note(f"处理失败：{type(error).__name__}：{error}")
    logging.getLogger(__name__).debug("rehearsal", exc_info=error)


def _talk(rehearsal: "Rehearsal", role: str) -> None:
    """Read lines with Chinese line editing until the person leaves."""
    from prompt_toolkit import PromptSession

    stage = rehearsal.stage(role, {})
    note("智企终端对话（演示数据，退出后不保存）。直接输入文字，空行无效；输入 退出 或按 Ctrl-D 结束。")
    click.echo(stage.say("", button="intent:greet"))
    session: PromptSession[str] = PromptSession()
    while True:
        try:
            text = session.prompt("您：").strip()
        except (EOFError, KeyboardInterrupt):
            break
        if text in ("退出", "exit", "quit"):
            break
        if text:
            click.echo(stage.say(text))
    note("再见。")
