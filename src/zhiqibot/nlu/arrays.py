"""Arrays with facts about them in one file: no pickle, and a checksum over everything.

A reader sees the whole file or none of it; whatever is not exactly as it was written raises ArraysUnusable.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

_FACTS = "facts"
_ENVELOPE = b'{"sha256": "%s", "facts": %s}'
_WRITTEN = slice(len(_ENVELOPE % (b"0" * 64, b"")) - 1, -1)
"""Where the facts stand in the envelope: their checksum is taken of the text as it is, not of what was read from it."""


class ArraysUnusable(Exception):
    """The file is missing, damaged, or of another kind than asked for."""


def save_arrays(path: Path, arrays: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """Write numpy arrays and JSON-able facts to `path`, replacing it in one step."""
    written = json.dumps(facts, ensure_ascii=False).encode("utf-8")
    envelope = _ENVELOPE % (_digest(arrays, written).encode(), written)
    stored: dict[str, Any] = {**arrays, _FACTS: np.frombuffer(envelope, dtype=np.uint8)}
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
        np.savez(file, **stored)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def load_arrays(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (arrays, facts) of a file written by `save_arrays`; raises ArraysUnusable."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        envelope = arrays.pop(_FACTS).tobytes()
        written = envelope[_WRITTEN]
        if envelope != _ENVELOPE % (_digest(arrays, written).encode(), written):
            raise ArraysUnusable("checksum differs")
        return arrays, json.loads(written)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ArraysUnusable(str(error)) from error


def _digest(arrays: Mapping[str, Any], written: bytes) -> str:
    digest = hashlib.sha256(written)
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
