"""The house keeps its shape: imports run one way, and nothing imports in a circle."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "zhiqibot"
BELOW: dict[str, set[str]] = {
    "core": set(),
    "storage": {"core"},
    "content": {"core"},
    "directory": {"core", "storage", "content"},
    "inbox": {"core", "storage"},
    "outbox": {"core", "storage"},
    "nlu": {"core", "content"},
    "dialogue": {"core", "storage", "content", "nlu"},
    "learning": {"core", "storage", "content", "dialogue"},
    "topics": {"core", "storage", "content", "directory", "outbox", "nlu", "dialogue"},
    "channels": {"core"},
    "web": {"core", "storage", "content", "directory", "inbox", "outbox", "channels"},
}


def imports(path: Path) -> set[str]:
    """Return the modules of ours a file imports when it is loaded or run."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("zhiqibot"):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("zhiqibot")}
    return found


def module_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_of(path): imports(path) for path in SOURCE.rglob("*.py")}


def test_imports_run_one_way() -> None:
    """每个房间只导入图上画在它下面的房间；主题之间互不导入。"""
    wrong = []
    for module, imported in MODULES.items():
        room = module.split(".")[1] if "." in module else ""
        if room not in BELOW:
            continue
        for other in imported:
            target = [*other.split("."), ""][1]
            same = target == room and (room != "topics" or other.split(".")[2:3] == module.split(".")[2:3])
            if target and not same and target not in BELOW[room]:
                wrong.append(f"{module} -> {other}")

    assert sorted(wrong) == []


def test_nothing_imports_in_a_circle() -> None:
    """没有循环导入。"""
    graph = {
        module: {other for other in imported if other in MODULES and other != module}
        for module, imported in MODULES.items()
    }
    done: set[str] = set()

    def walk(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path[path.index(module) :], module))
        if module in done:
            return
        for other in sorted(graph[module]):
            walk(other, (*path, module))
        done.add(module)

    for module in sorted(graph):
        walk(module, ())
