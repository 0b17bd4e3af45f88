"""How well slots are read: closed slots strictly, free text only where the labels name it (`tests/nlu/README.md`)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

CLOSED: Final = frozenset(
    (
        "event_kind", "date", "time", "range", "attendees", "ticket_no", "score", "record_no", "uscc", "department",
        "capacity",
    )
)  # fmt: skip
"""Slots a labelled message names in full: one more is a mistake. The others count only where they are labelled."""
_LABELLED_ONLY: Final = frozenset({"report_issue", "add_to_ticket"})
"""Stories whose labels hold only what is beyond doubt: nothing else in them counts."""
_MARKS: Final = " \t\n,.。，!！?？;；:：、~～…\"'“”‘’()（）《》【】"


@dataclass(frozen=True)
class SlotFigures:
    """Precision, recall and F1 between 0 and 1; `labelled` is how often the labels name the slot."""

    precision: float
    recall: float
    f1: float
    labelled: int


@dataclass(frozen=True)
class SlotScore:
    """Figures over all slots and for each; `tolerant_f1` counts free text by the share of characters it has right."""

    f1: float
    tolerant_f1: float
    by_slot: Mapping[str, SlotFigures]


def score_slots(pairs: Iterable[tuple[str, Mapping[str, Any], Mapping[str, Any]]]) -> SlotScore | None:
    """Compare (intent labelled, slots labelled, slots read) of each message; None when there is nothing to compare."""
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    right: Counter[str] = Counter()
    overlap = 0.0
    for intent, labels, slots in pairs:
        strict = CLOSED if intent not in _LABELLED_ONLY else frozenset()
        read = {name: value for name, value in slots.items() if name in labels or name in strict}
        wanted.update(labels.keys())
        found.update(read.keys())
        for name in labels.keys() & read.keys():
            right[name] += _bare(labels[name]) == _bare(read[name])
            overlap += _likeness(name, labels[name], read[name])
    names = sorted(wanted.keys() | found.keys())
    if not names:
        return None
    both = wanted.total() + found.total()
    figures = {name: _figures(right[name], found[name], wanted[name]) for name in names}
    return SlotScore(2 * right.total() / both, 2 * overlap / both, figures)


def _figures(right: int, found: int, wanted: int) -> SlotFigures:
    precision, recall = right / found if found else 0.0, right / wanted if wanted else 0.0
    return SlotFigures(precision, recall, 2 * right / (found + wanted), wanted)


def _bare(value: Any) -> Any:
    return value.strip(_MARKS) if isinstance(value, str) else value


def _likeness(name: str, label: Any, read: Any) -> float:
    """1 for equal values, for free text the F1 of its characters."""
    if _bare(label) == _bare(read):
        return 1.0
    if name in CLOSED or not (isinstance(label, str) and isinstance(read, str)):
        return 0.0
    shared = (Counter(_bare(label)) & Counter(_bare(read))).total()
    return 2 * shared / (len(_bare(label)) + len(_bare(read)))
