"""Reading YAML content: where it lies, and how mistakes are collected instead of stopping at the first."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from zhiqibot.core.errors import ContentError

MAX_FILE_BYTES = 5_000_000

Model = TypeVar("Model", bound=BaseModel)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster, where it was built

_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个字段，请检查拼写",
    "string_type": "应为文字",
    "list_type": "应为列表",
    "int_parsing": "应为整数",
    "too_short": "数量太少",
    "string_too_long": "太长",
    "string_pattern_mismatch": "写法不符合要求",
    "literal_error": "不在允许的取值之内",
    "enum": "不在允许的取值之内",
    "date_from_datetime_parsing": "应为日期，如 2026-11-23",
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
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (a safe loader)
    except FileNotFoundError:
        mistakes.add(path.name, "-", "文件不存在")
    except UnicodeDecodeError:
        mistakes.add(path.name, "-", "不是 UTF-8 编码")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else "-"
        mistakes.add(path.name, where, f"YAML 写法有误（{getattr(error, 'problem', error)}）")
    return None


def read_model(model: type[Model], data: Any, file: str, mistakes: Mistakes, prefix: str = "") -> Model | None:
    """Return `data` as `model`, or None after noting every field that is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for problem in error.errors():
            where = ".".join(str(part) for part in problem["loc"]) or "-"
            reason = _REASONS.get(problem["type"], problem["msg"].removeprefix("Value error, "))
            mistakes.add(file, f"{prefix}{where}", reason)
        return None
