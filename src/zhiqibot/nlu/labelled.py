"""Reading labelled messages (JSONL) for measuring; what is wrong is told with file and line, in Chinese."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

_KINDS: Mapping[str, tuple[type, str]] = {
    "text": (str, "文字"),
    "label": (str, "文字"),
    "intent": (str, "文字"),
    "topic": (str, "文字"),
    "role": (str, "文字"),
    "slots": (dict, "对象"),
    "also": (list, "列表"),
    "now": (str, "文字"),
}


class BadLabels(ValueError):
    """A labelled file that cannot be used; the message names file, line and reason."""


def read_labelled(path: Path, label: str) -> list[dict[str, Any]]:
    """Return the records of a JSONL file, each with `text` and `label` (a field's name), at least one.

    Raises BadLabels for a file that cannot be read, is empty, or has a line that is no such record."""
    records = []
    for number, line in enumerate(_text_of(path).splitlines(), start=1):
        if line.strip():
            try:
                records.append(_record(line, label))
            except ValueError as error:
                raise BadLabels(f"{path} 第 {number} 行：{error}") from error
    if not records:
        raise BadLabels(f"{path}：文件是空的，没有可用的标注")
    return records


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise BadLabels(f"找不到文件：{path}") from error
    except IsADirectoryError as error:
        raise BadLabels(f"{path} 是文件夹，请给出 JSONL 文件") from error
    except UnicodeDecodeError as error:
        raise BadLabels(f"{path}：不是 UTF-8 编码，请另存为 UTF-8 再试") from error
    except OSError as error:
        raise BadLabels(f"{path}：读不了这个文件") from error


def _record(line: str, label: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError:
        raise ValueError("不是合法的 JSON") from None
    if not isinstance(record, dict):
        raise ValueError("应为一个 JSON 对象，例如 {" + f'"text": "车间停电了", "{label}": "…"' + "}")
    for field in ("text", label):
        if field not in record:
            raise ValueError(f"缺少 {field}")
    for field, (kind, name) in _KINDS.items():
        if field in record and not isinstance(record[field], kind):
            raise ValueError(f"{field} 应为{name}")
    if "now" in record:
        try:
            datetime.fromisoformat(record["now"])
        except ValueError:
            raise ValueError(f"now 看不懂：{record['now']}") from None
    return record
