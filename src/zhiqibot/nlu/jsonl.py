"""One line of `zhiqibot parse --jsonl`: a message in, its intents and slots out, names of the product's vocabulary."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zhiqibot.nlu.understander import Understander
from zhiqibot.nlu.understanding import Act

_OWN_SLOTS = frozenset({"enterprise", "unit", "amount"})
"""Slots for the dialogue's use, beside those of the vocabulary."""
_BESIDE: Mapping[str, frozenset[str]] = {
    "assign_ticket": frozenset({"date"}),
    "broadcast": frozenset({"description", "topic", "date", "time"}),
    "create_event": frozenset({"subject"}),
    "log_visit": frozenset({"date", "description"}),
    "progress_update": frozenset({"description"}),
    "report_stats": frozenset({"topic", "department"}),
    "request_extension": frozenset({"description"}),
    "resolve_ticket": frozenset({"description"}),
    "supervise_ticket": frozenset({"date", "description"}),
    "transfer_ticket": frozenset({"description"}),
}
"""The same, by intent: read for the dialogue's forms, no part of the vocabulary for this intent."""


def parse_line(understander: Understander, record: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return `{"id", "intent", "confidence", "also", "slots"}` for `{"id", "text", "role"?}`.

    Only slots of the first intent are given, as far as the message fills them. A text that is no string counts as empty."""
    text, role = record.get("text"), record.get("role")
    understood = understander.understand(
        text if isinstance(text, str) else "", now, role=role if isinstance(role, str) else "enterprise"
    )
    return {
        "id": record.get("id"),
        "intent": understood.intent,
        "confidence": round(understood.confidence, 4),
        "also": list(understood.also),
        "slots": public_slots(understood.acts[0]),
    }


def public_slots(act: Act) -> dict[str, Any]:
    """Return the slots of one request that the vocabulary names."""
    hidden = _OWN_SLOTS | _BESIDE.get(act.intent, frozenset())
    return {name: value for name, value in act.slots.items() if name not in hidden}
