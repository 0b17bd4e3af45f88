"""`intents/` as it was read and checked the last time: a start reads one file of JSON in place of a megabyte of YAML."""

import hashlib
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from zhiqibot.content.intent_loading import load_intents
from zhiqibot.content.intents import Background, Intent, IntentContent, Lexicon, SlotLists

KEPT = 3
"""Files left in the cache folder."""
_DECISIVE = ("intents", "intent_loading", "own_intents", "reading", "safe_yaml", "kept_intents")


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid")
    intents: Mapping[str, Intent]
    lexicon: Lexicon
    lists: SlotLists
    background: Background


def load_intents_kept(folder: Path, own: Path | None, cache_dir: Path) -> IntentContent:
    """Do as `load_intents` does, but remember in `cache_dir` what was found free of mistakes.

    Any other byte in any of the files, or in the code that reads them, has them read again. Raises ContentError."""
    state = _state(folder, own)
    path = cache_dir / f"intents-{state}.json"
    try:
        kept = _Kept.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        content = load_intents(folder, own)
        if _state(folder, own) == state:  # nobody wrote while it was read
            _keep(content, path)
        return content
    return IntentContent(folder, kept.intents, kept.lexicon, kept.lists, kept.background, own)


def _keep(content: IntentContent, path: Path) -> None:
    kept = _Kept(intents=content.intents, lexicon=content.lexicon, lists=content.lists, background=content.background)
    with suppress(OSError, ValueError):  # a full disk, half a character: the next start reads the YAML again
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
            file.write(kept.model_dump_json().encode("utf-8"))
        Path(file.name).replace(path)
        older = sorted(path.parent.glob("intents-*.json"), key=lambda one: one.stat().st_mtime, reverse=True)
        for one in older[KEPT:]:
            one.unlink(missing_ok=True)


def _state(folder: Path, own: Path | None) -> str:
    digest = hashlib.sha256(_code_digest())
    for place in (folder, own):
        for path in sorted(place.glob("*.yaml")) if place else ():
            digest.update(f"{place == own}/{path.name}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@cache
def _code_digest() -> bytes:
    folder = Path(__file__).parent
    return hashlib.sha256(b"".join((folder / f"{name}.py").read_bytes() for name in _DECISIVE)).digest()
