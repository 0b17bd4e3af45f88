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
    for number, record in numbered_lines(stream):
        if isinstance(record, str):
            note(f"第 {number} 行{record}")
            yield {"error": record}
        else:
            yield record


def numbered_lines(stream: IO[str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Yield every line that is not empty with its number: the record, or in Chinese why it is none."""
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line.removeprefix("\ufeff"))
        except json.JSONDecodeError as error:
            yield number, f"不是 JSON（从第 {error.colno} 个字符起看不懂）"
            continue
        except (RecursionError, ValueError):  # nested without end, a number of thousands of digits
            yield number, "不是能读的 JSON（嵌套太深或数字太长）"
            continue
        yield number, record if isinstance(record, dict) else '应为一个 JSON 对象，如 {"id": 1, …}'


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
    database = reached(open_database(settings.url))
    if schema.is_current(database):
        return database
    database.close()
    return None


def reached(database: "Database") -> "Database":
    """Return a database that answers; raise the engine's error for one that is none or does not."""
    from sqlalchemy import text

    try:
        with database.read() as session:
            session.execute(text("select name from sqlite_master limit 1" if _is_file(database) else "select 1"))
    except Exception:
        database.close()
        raise
    return database


def _is_file(database: "Database") -> bool:
    """An SQLite file is opened without a look inside; only a table shows whether it is one."""
    return database.capabilities.dialect == "sqlite"


def read_file(path: str) -> IO[str]:
    """Open a file argument; `-` is stdin."""
    return sys.stdin if path == "-" else Path(path).open(encoding="utf-8-sig")
