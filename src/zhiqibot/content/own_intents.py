"""`intents.local/`: the operator's own sentences, read beside `intents/` and merged into it.

A file is named after a known intent and may hold `id`, `says`, `says_by_topic` and `unlike`; `_background.yaml` adds
sentences that are none of our business. Titles, roles and slots stay those of the product.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from zhiqibot.content.reading import Mistakes, read_model, read_yaml


class Addition(BaseModel):
    """More sentences for one intent."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    says: tuple[str, ...] = ()
    says_by_topic: Mapping[str, tuple[str, ...]] = {}
    unlike: Mapping[str, tuple[str, ...]] = {}

    @property
    def sentences(self) -> tuple[str, ...]:
        """All sentences that mean this."""
        return (*self.says, *(s for group in self.says_by_topic.values() for s in group))

    def merged(self, says: Any, says_by_topic: Any, unlike: Any) -> dict[str, Any]:
        """Return the three fields of an intent with the own sentences behind them."""
        return {
            "says": (*says, *self.says),
            "says_by_topic": _joined(says_by_topic, self.says_by_topic),
            "unlike": _joined(unlike, self.unlike),
        }


class OwnBackground(BaseModel):
    """Sentences that are none of our business, by kind; any kind may be named."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    says: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class OwnContent:
    """Everything `intents.local/` holds; empty where the folder does not exist."""

    name: str = "intents.local"
    """The folder's name, which mistakes begin with."""
    additions: Mapping[str, Addition] = field(default_factory=dict)
    background: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_own(folder: Path, known: Collection[str], topics: Collection[str], mistakes: Mistakes) -> OwnContent:
    """Read the folder; notes every mistake as `intents.local/file: field: reason`.

    `known` are the intents and `topics` the topics of the product."""
    found = Mistakes()
    additions = {}
    for path in sorted(folder.glob("[!_.]*.yaml")):
        addition = _read_addition(path, known, topics, found)
        if addition:
            additions[addition.id] = addition
    path = folder / "_background.yaml"
    data = read_yaml(path, found) if path.exists() else None
    background = read_model(OwnBackground, data or {}, path.name, found)
    for other in sorted(folder.glob("_*.yaml")):
        if other != path:
            found.add(other.name, "-", "这里只能补充例句（<意图>.yaml）和无关的话（_background.yaml）")
    mistakes.lines += [f"{folder.name}/{line}" for line in found.lines]
    return OwnContent(folder.name, additions, background.says if background else {})


def _read_addition(path: Path, known: Collection[str], topics: Collection[str], found: Mistakes) -> Addition | None:
    data = read_yaml(path, found)
    addition = read_model(Addition, data, path.name, found) if data is not None else None
    if addition is None:
        return None
    if addition.id != path.stem:
        found.add(path.name, "id", f"应与文件名一致（{path.stem}）")
        return None
    if addition.id not in known:
        found.add(path.name, "id", "没有这个意图，只能给已有的意图补充例句")
        return None
    for topic in addition.says_by_topic:
        if topic not in topics:
            found.add(path.name, f"says_by_topic.{topic}", "没有这个主题")
    for other in addition.unlike:
        if other == addition.id:
            found.add(path.name, f"unlike.{other}", "易混句要写在别的意图名下")
        elif other not in known:
            found.add(path.name, f"unlike.{other}", "没有这个意图")
    return addition


def _joined(first: Mapping[str, tuple[str, ...]], more: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {key: (*first.get(key, ()), *more.get(key, ())) for key in (*first, *(k for k in more if k not in first))}
