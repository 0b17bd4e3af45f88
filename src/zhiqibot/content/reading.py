"""Reading YAML content: where it lies, and how mistakes are collected instead of stopping at the first."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from zhiqibot.content.safe_yaml import load_yaml, told
from zhiqibot.core.errors import ContentError

MAX_FILE_BYTES = 5_000_000

Model = TypeVar("Model", bound=BaseModel)
_NOT_ALLOWED = "不在允许的取值之内"
_NO_DATE = "应为日期，如 2026-11-23"
_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个字段，请检查拼写",
    "string_type": "应为文字（数字和 yes、no 之类要加引号）",
    "string_too_short": "太短",
    "string_too_long": "太长",
    "string_pattern_mismatch": "写法不符合要求",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "set_type": "应为列表",
    "dict_type": "应为“字段: 值”的形式",
    "mapping_type": "应为“字段: 值”的形式",
    "model_type": "应为“字段: 值”的形式",
    "model_attributes_type": "应为“字段: 值”的形式",
    "too_short": "数量太少",
    "too_long": "数量太多",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为数字",
    "greater_than": "太小",
    "greater_than_equal": "太小",
    "less_than": "太大",
    "less_than_equal": "太大",
    "literal_error": _NOT_ALLOWED,
    "enum": _NOT_ALLOWED,
    "date_type": _NO_DATE,
    "date_parsing": _NO_DATE,
    "date_from_datetime_parsing": _NO_DATE,
    "date_from_datetime_inexact": _NO_DATE,
    "time_parsing": "应为时间，如 09:30",
    "time_type": "应为时间，如 09:30",
}


def content_root() -> Path:
    """Return the folder that holds `intents/`, `policy_faq/` and the demo world: in the wheel, or the checkout."""
    packaged = Path(__file__).parent.parent / "_content"
    return packaged if packaged.is_dir() else Path(__file__).parents[3]


def demo_folder() -> Path:
    """Return the folder of the demo county."""
    root = content_root()
    return root / "demo" if (root / "demo").is_dir() else root / "deploy" / "demo"


def holidays_folder() -> Path:
    """Return the folder of the working-day calendars that come with the product."""
    root = content_root()
    return root / "holidays" if (root / "holidays").is_dir() else root / "deploy" / "holidays"


@dataclass
class Mistakes:
    """Mistakes found so far, each `file: field: reason`."""

    lines: list[str] = field(default_factory=list)

    def add(self, file: str, where: str, reason: str) -> None:
        self.lines.append(f"{file}: {where}: {reason}")

    def raise_if_any(self) -> None:
        """Raise one ContentError that lists them all."""
        if self.lines:
            raise ContentError(mistakes="\n".join(self.lines))


def read_yaml(path: Path, mistakes: Mistakes) -> Any:
    """Return what a YAML file holds, or None after noting why it cannot be read."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            mistakes.add(path.name, "-", f"文件超过 {MAX_FILE_BYTES // 1_000_000} MB")
            return None
        return load_yaml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mistakes.add(path.name, "-", "文件不存在")
    except UnicodeDecodeError:
        mistakes.add(path.name, "-", "不是 UTF-8 编码")
    except yaml.YAMLError as error:
        mistakes.add(path.name, *told(error))
    return None


def read_model(model: type[Model], data: Any, file: str, mistakes: Mistakes, prefix: str = "") -> Model | None:
    """Return `data` as `model`, or None after noting every field that is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for problem in error.errors():
            where = ".".join(str(part) for part in problem["loc"]) or "-"
            mistakes.add(file, f"{prefix}{where}", reason_of(problem))
        return None


def reason_of(problem: Any) -> str:
    """Return pydantic's complaint in Chinese; our own validators speak Chinese already."""
    if problem["type"] == "value_error":
        return str(problem["msg"]).removeprefix("Value error, ")
    return _REASONS.get(problem["type"], f"写法不符合要求（{problem['msg']}）")
