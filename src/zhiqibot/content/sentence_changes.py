"""What is different in the sentences since they were last learnt: kept beside the trained models, as hashes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zhiqibot.content.intents import OUT_OF_SCOPE, IntentContent

FILE = "trained.json"


@dataclass(frozen=True)
class SentenceChange:
    """What one intent won and lost."""

    intent: str
    added: tuple[str, ...]
    removed: int


def changes_since_training(content: IntentContent, cache: Path) -> list[SentenceChange] | None:
    """Return what differs from what `note_trained` was last told of; None where it never was."""
    try:
        before = json.loads((cache / FILE).read_text(encoding="utf-8"))
        known = {intent: frozenset(hashes) for intent, hashes in before.items()}
    except (OSError, ValueError, AttributeError, TypeError):  # never written, or not as it was written
        return None
    now = _sentences(content)
    found = []
    for intent in sorted({*known, *now}):
        hashes, said = known.get(intent, frozenset()), now.get(intent, {})
        added = tuple(sentence for digest, sentence in said.items() if digest not in hashes)
        removed = len(hashes - said.keys())
        if added or removed:
            found.append(SentenceChange(intent, added, removed))
    return found


def note_trained(content: IntentContent, cache: Path) -> None:
    """Remember the sentences that have been learnt."""
    text = json.dumps({intent: sorted(said) for intent, said in _sentences(content).items()})
    new = cache / f"{FILE}.new"
    new.write_text(text, encoding="utf-8")
    new.replace(cache / FILE)


def _sentences(content: IntentContent) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for sentence, intent in (*content.labelled(), *((one, OUT_OF_SCOPE) for one in content.outside())):
        found.setdefault(intent, {})[hashlib.sha256(sentence.encode()).hexdigest()[:16]] = sentence
    return found
