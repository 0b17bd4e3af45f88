"""Models of the whole product, so that every table is there."""

from importlib import import_module
from pathlib import Path

import zhiqibot

ROOT = Path(zhiqibot.__file__).parent


def import_models() -> None:
    """Import every module that declares a table."""
    for path in ROOT.rglob("*.py"):
        if "__tablename__" in path.read_text(encoding="utf-8"):
            import_module(".".join(("zhiqibot", *path.relative_to(ROOT).with_suffix("").parts)))


import_models()
