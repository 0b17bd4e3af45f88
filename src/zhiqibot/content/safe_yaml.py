"""YAML as people write it: read safely, a key given twice refused, and every mistake told in Chinese with its line."""

from typing import Any

import yaml

_REASONS = {
    "mapping values are not allowed": "这里多了一个冒号：冒号后的文字里再有冒号，整句要加引号",
    "did not find expected '-' indicator": "缩进对不齐：列表里夹了别的内容",
    "did not find expected ',' or ']'": "方括号没有配对，或者缺逗号",
    "did not find expected ',' or '}'": "花括号没有配对，或者缺逗号",
    "did not find expected key": "缩进对不齐，或者引号没有配对",
    "did not find expected <document start>": "开头的写法不对",
    "could not find expected ':'": "缺少冒号",
    "found unexpected end of stream": "引号没有配对",
    "found character that cannot start any token": "有不能这样开头的字符：缩进要用空格，@、`、% 开头的文字要加引号",
    "found undefined alias": "* 开头的文字要加引号",
    "could not determine a constructor": "! 开头的写法不接受，文字请加引号",
    "control characters are not allowed": "含有看不见的控制字符",
    "special characters are not allowed": "含有看不见的控制字符",
}


class RepeatedKey(yaml.YAMLError):
    """A key stands twice in one mapping: YAML would silently keep the last."""

    def __init__(self, key: object, mark: Any) -> None:
        super().__init__(f"“{key}”写了两次，只会留下后一个，请删去一个")
        self.problem_mark = mark


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the C parser is ten times faster
    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[object] = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:str":
                if key.value in seen:
                    raise RepeatedKey(key.value, key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_yaml(text: str) -> Any:
    """Return what a YAML text holds; raises yaml.YAMLError, RepeatedKey among them."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506  (a safe loader)


def told(error: yaml.YAMLError) -> tuple[str, str]:
    """Return (where, reason in Chinese) of what is wrong with a YAML text."""
    mark = getattr(error, "problem_mark", None)
    where = f"第 {mark.line + 1} 行" if mark else "-"
    if isinstance(error, RepeatedKey):
        return where, str(error)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    reason = next((said for part, said in _REASONS.items() if part in problem), problem)
    return where, f"YAML 写法有误（{reason}）"
