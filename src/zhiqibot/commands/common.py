"""What all commands share: the present, JSONL in and out, words to the operator."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from zhiqibot.core.clock import Clock, read_instant, running_from, system_clock

if TYPE_CHECKING:
    from zhiqibot.settings import Settings
    from zhiqibot.storage.database import Database

Command = TypeVar("Command", bound=Callable[..., Any])


class _Instant(click.ParamType[datetime]):
    """An ISO-8601 instant; without an offset it means Asia/Shanghai."""

    name = "时间"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return read_instant(str(value))
        except ValueError:
            self.fail(f"看不懂时间“{value}”，请写成 2026-11-23T10:00 这样", param, ctx)


def with_now(command: Command) -> Command:
    """Add `--now`, the time every command takes as its present."""
    option = click.option("--now", type=_Instant(), default=None, help="当作现在的时间（ISO-8601，默认真实时间）")
    return option(command)


def moment(now: datetime | None) -> datetime:
    """Return the present of a command that looks at the time once."""
    return now or system_clock()


def clock_from(now: datetime | None) -> Clock:
    """Return the clock of a command that runs on: from `now`, if it was given."""
    return running_from(now) if now else system_clock


def note(text: str) -> None:
    """Tell the operator something."""
    click.echo(text, err=True)


def json_lines(stream: IO[str]) -> Iterator[dict[str, Any]]:
    """Yield the records of a JSONL stream; a line that is none is told and answered as an error record."""
    for number, line in enumerate(stream, 1):
        line = line.removeprefix("\ufeff")  # a mark some editors put at the start of a file
        if not line.strip():
            continue
        if any("\ud800" <= char <= "\udfff" for char in line):
            note(f"第 {number} 行不是 UTF-8 编码，请把文件另存为 UTF-8 再试")
            yield {"error": "不是 UTF-8 编码"}
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            note(f"第 {number} 行不是 JSON：{error.msg}")
            record = {"error": "不是 JSON"}
        if not isinstance(record, dict):
            note(f"第 {number} 行应为一个 JSON 对象")
            record = {"error": "不是 JSON 对象"}
        yield record


def emit(record: dict[str, Any]) -> None:
    """Write one JSONL record to stdout."""
    text = json.dumps(record, ensure_ascii=False)
    click.echo(text.encode("utf-8", "replace").decode("utf-8"))


def configured_database(settings: "Settings") -> "Database | None":
    """Open the database of the settings where there is one of this release's structure; None where there is not."""
    from sqlalchemy.engine import make_url

    from zhiqibot.storage import schema
    from zhiqibot.storage.database import open_database

    url = make_url(settings.url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None  # nothing is made just by asking
    database = open_database(settings.url)
    if schema.is_current(database):
        return database
    database.close()
    return None


def read_file(path: str) -> IO[str]:
    """Open a file argument; `-` is stdin."""
    return sys.stdin if path == "-" else Path(path).open(encoding="utf-8")
