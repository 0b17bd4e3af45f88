"""Adding one sentence to `intents.local/<intent>.yaml`: the other lines and the comments stay as they are.

PyYAML drops comments when it writes, so a line is inserted where the parser says the list ends. The result is read
again; should it not be exactly the old content and the new sentence, the file is written anew without its comments.
"""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from zhiqibot.content.reading import Mistakes, read_yaml

HEAD = "# 本单位自己的例句，与产品自带的例句合并使用；可以手工修改。\nid: {intent}\n"
_WIDE = 1 << 20
"""A sentence stays on its line."""


def add_sentence(folder: Path, intent: str, sentence: str, topic: str = "") -> bool:
    """Add a sentence to an intent's own examples, under `topic` if one is given; False when it is there already.

    The file is replaced as a whole or not at all. Raises ContentError when the file cannot be read."""
    path = folder / f"{intent}.yaml"
    text, data = _read(path, intent)
    where = ["says_by_topic", topic] if topic else ["says"]
    wanted = _with_sentence(data, where, sentence)
    if wanted is None:
        return False
    new = _inserted(text, where, sentence)
    if new is None or not _says(new, wanted):
        new = yaml.safe_dump(wanted, allow_unicode=True, sort_keys=False, width=_WIDE)
    _replace(path, new)
    return True


def _read(path: Path, intent: str) -> tuple[str, dict[str, Any]]:
    if not path.exists():
        return HEAD.format(intent=intent), {"id": intent}
    mistakes = Mistakes()
    data = read_yaml(path, mistakes)
    if data is not None and not isinstance(data, dict):
        mistakes.add(path.name, "-", "应为“字段: 内容”的形式")
    mistakes.raise_if_any()
    text = path.read_text(encoding="utf-8")
    if data:
        return text, data
    return f"{text.rstrip()}\nid: {intent}\n".lstrip(), {"id": intent}


def _with_sentence(data: Mapping[str, Any], where: Sequence[str], sentence: str) -> dict[str, Any] | None:
    """Return the content with the sentence in its list, or None when it is there already."""
    wanted = deepcopy(dict(data))
    place: dict[str, Any] = wanted
    for key in where[:-1]:
        place[key] = place.get(key) or {}
        place = place[key]
    sentences = list(place.get(where[-1]) or [])
    if sentence in sentences:
        return None
    place[where[-1]] = [*sentences, sentence]
    return wanted


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return bool(yaml.safe_load(text) == wanted)
    except yaml.YAMLError:
        return False


def _inserted(text: str, where: Sequence[str], sentence: str) -> str | None:
    """Return the text with the sentence at the end of its list; None where the file is written in another way."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    text = text if text.endswith("\n") else text + "\n"
    node: yaml.Node = root
    for depth, key in enumerate(where):
        child = _child(node, key)
        if child is None:
            indent = node.start_mark.column
            return _after(text, _last_line(node), _block(where[depth:], sentence, indent))
        node = child
        if depth < len(where) - 1 and (not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value):
            return None
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        return None
    if node.flow_style:
        at = node.end_mark.index - 1
        return f"{text[:at].rstrip()}, {json.dumps(sentence, ensure_ascii=False)}{text[at:]}"
    return _after(text, _last_line(node), _item(sentence, node.start_mark.column))


def _child(node: yaml.Node, key: str) -> yaml.Node | None:
    return next((value for name, value in node.value if name.value == key), None)


def _last_line(node: yaml.Node) -> int:
    """Return the line on which the last word of a node stands, counted from 0."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    return node.end_mark.line


def _after(text: str, line: int, more: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: line + 1], more, *lines[line + 1 :]])


def _block(keys: Sequence[str], sentence: str, indent: int) -> str:
    heads = [f"{' ' * (indent + 2 * depth)}{key}:\n" for depth, key in enumerate(keys)]
    return "".join(heads) + _item(sentence, indent + 2 * (len(keys) - 1))


def _item(sentence: str, indent: int) -> str:
    return " " * indent + yaml.safe_dump([sentence], allow_unicode=True, default_flow_style=False, width=_WIDE)


def _replace(path: Path, text: str) -> None:
    """Put the new file in the old one's place; a crash leaves one of the two whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".yaml.new")
    try:
        with new.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        with suppress(FileNotFoundError):
            new.unlink()
