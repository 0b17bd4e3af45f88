"""How well messages are understood: figures over a labelled JSONL file, as a plain-text report."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from zhiqibot.content.intents import OUT_OF_SCOPE
from zhiqibot.nlu.jsonl import public_slots
from zhiqibot.nlu.labelled import BadLabels, read_labelled
from zhiqibot.nlu.semantic import Embedder
from zhiqibot.nlu.slot_scoring import SlotFigures, SlotScore, score_slots
from zhiqibot.nlu.understander import Understander
from zhiqibot.nlu.understanding import Understanding

KEPT_INSIDE = 0.90
PAIRS_SHOWN = 15


@dataclass(frozen=True)
class Outcome:
    """One labelled message and what was understood."""

    record: Mapping[str, Any]
    understood: Understanding
    chance_inside: float
    """How far inside our business the message was taken to be, for ranking."""

    @property
    def wanted(self) -> str:
        return str(self.record["intent"])

    @property
    def right(self) -> bool:
        return self.understood.intent == self.wanted


@dataclass(frozen=True)
class Report:
    """Figures of one evaluation; shares lie between 0 and 1, None where the file has no such labels."""

    messages: int
    accuracy: float
    macro_f1: float
    by_intent: Mapping[str, tuple[float, float, int]]
    """Precision, recall and number of messages."""
    confusions: Mapping[tuple[str, str], int]
    """Wanted and understood intent -> how often, most frequent first; right answers are no confusions."""
    topic_accuracy: float | None
    """Of every message labelled with a topic whose intent was understood."""
    out_of_scope_recall: float | None
    """At the threshold that keeps KEPT_INSIDE of the in-scope messages."""
    two_in_one_recall: float | None
    slot_f1: float | None
    """Closed slots strictly, free text where labelled; see `slot_scoring`."""
    calibration_error: float
    bands: Sequence[tuple[float, float, int]] = ()
    """Per tenth of confidence: mean confidence, share right, number of messages."""
    mistakes: Sequence[tuple[str, str, str]] = field(repr=False, default=())
    """Text, wanted and understood intent of every message understood wrongly."""
    slot_f1_tolerant: float | None = None
    """The same, free text by the share of characters it has right."""
    by_slot: Mapping[str, SlotFigures] = field(default_factory=dict)
    """Precision, recall, F1 and number of labels of each slot."""
    report_topic_accuracy: float | None = None
    """Of every report_issue with a topic, whatever intent was understood."""
    split_in_vain: float | None = None
    """Share of the messages with one request that were read as several."""

    def __str__(self) -> str:
        lines = [
            f"messages {self.messages}  accuracy {self.accuracy:.4f}  macro-F1 {self.macro_f1:.4f}"
            f" (mean of the F1 of the {len(self.by_intent)} labelled intents, each counting the same)"
            f"  calibration error {self.calibration_error:.3f}",
            f"topic accuracy of report_issue {_share(self.report_topic_accuracy)}"
            f" (of all with a topic, given the intent: {_share(self.topic_accuracy)})  slot F1 {_share(self.slot_f1)}"
            f" (tolerant {_share(self.slot_f1_tolerant)})"
            f"  two-in-one recall {_share(self.two_in_one_recall)} (one read as several: {_share(self.split_in_vain)})"
            f"  out-of-scope recall at {KEPT_INSIDE:.0%} kept {_share(self.out_of_scope_recall)}",
            f"{'intent':<22}{'precision':>10}{'recall':>8}{'n':>6}",
        ]
        lines += [f"{name:<22}{p:>10.3f}{r:>8.3f}{n:>6}" for name, (p, r, n) in sorted(self.by_intent.items())]
        lines += [f"{'slot':<22}{'precision':>10}{'recall':>8}{'F1':>8}{'n':>6}"] if self.by_slot else []
        lines += [
            f"{name:<22}{one.precision:>10.3f}{one.recall:>8.3f}{one.f1:>8.3f}{one.labelled:>6}"
            for name, one in self.by_slot.items()
        ]
        worst = list(self.confusions.items())[:PAIRS_SHOWN]
        lines += [f"{wanted} -> {got}: {count}" for (wanted, got), count in worst]
        return "\n".join(lines)


@dataclass(frozen=True)
class DatasetReport:
    """Figures on a labelled set of others; `confusions` as in Report."""

    accuracy: float
    macro_f1: float
    confusions: Mapping[tuple[str, str], int]


def evaluate(understander: Understander, records: Iterable[Mapping[str, Any]], now: datetime) -> Report:
    """Understand every `{"text", "intent", "topic"?, "also"?, "slots"?, "role"?, "now"?}` and compare."""
    outcomes = [_outcome(understander, record, now) for record in records]
    pairs = [(outcome.wanted, outcome.understood.intent) for outcome in outcomes]
    by_intent = per_label(pairs)
    topical = [outcome for outcome in outcomes if "topic" in outcome.record and outcome.right]
    reports = [outcome for outcome in outcomes if outcome.wanted == "report_issue" and "topic" in outcome.record]
    double = [outcome for outcome in outcomes if outcome.record.get("also")]
    simple = [outcome for outcome in outcomes if not outcome.record.get("also")]
    bands = _bands(outcomes)
    slots = _slot_score(outcomes)
    return Report(
        messages=len(outcomes),
        accuracy=_mean([outcome.right for outcome in outcomes]) or 0.0,
        macro_f1=macro_f1(by_intent),
        by_intent=by_intent,
        confusions=dict(Counter(p for p in pairs if p[0] != p[1]).most_common()),
        topic_accuracy=_mean([o.understood.slots.get("topic") == o.record["topic"] for o in topical]),
        out_of_scope_recall=_outside_recall(outcomes),
        two_in_one_recall=_mean([sorted(_intents(o)) == sorted([o.wanted, *o.record["also"]]) for o in double]),
        slot_f1=slots.f1 if slots else None,
        calibration_error=_calibration_error(bands),
        bands=bands,
        mistakes=[(str(o.record["text"]), o.wanted, o.understood.intent) for o in outcomes if not o.right],
        slot_f1_tolerant=slots.tolerant_f1 if slots else None,
        by_slot=slots.by_slot if slots else {},
        report_topic_accuracy=_mean([o.understood.slots.get("topic") == o.record["topic"] for o in reports]),
        split_in_vain=_mean([len(o.understood.acts) > 1 for o in simple]),
    )


def evaluate_dataset(train: Path, test: Path, embedder: Embedder | None = None) -> DatasetReport:
    """Train the product's classifier on any `{"text", "label"}` file and compare on another; raises BadLabels."""
    from zhiqibot.nlu.dataset import predict  # needs scikit-learn

    examples = [(record["text"], record["label"]) for record in read_labelled(train, "label")]
    if len({label for _, label in examples}) < 2:
        raise BadLabels(f"{train}：至少要有两种 label 才能训练")
    tested = [(record["text"], record["label"]) for record in read_labelled(test, "label")]
    guesses = predict(examples, [text for text, _ in tested], embedder)
    pairs = [(label, guess) for (_, label), guess in zip(tested, guesses, strict=True)]
    return DatasetReport(
        accuracy=_mean([a == b for a, b in pairs]) or 0.0,
        macro_f1=macro_f1(per_label(pairs)),
        confusions=dict(Counter(pair for pair in pairs if pair[0] != pair[1]).most_common()),
    )


def per_label(pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[float, float, int]]:
    """Return precision, recall and count by wanted label for (wanted, got) pairs."""
    wanted, got = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    right = Counter(a for a, b in pairs if a == b)
    return {name: (right[name] / got[name] if got[name] else 0.0, right[name] / n, n) for name, n in wanted.items()}


def macro_f1(by_label: Mapping[str, tuple[float, float, int]]) -> float:
    """Return the mean, over the labels that occur among the wanted, of F1 = 2pr/(p+r); 0 where p and r are 0.

    A label that was only guessed, never wanted, is no class of its own: it costs the wanted ones their recall."""
    return _mean([2 * p * r / (p + r) if p + r else 0.0 for p, r, _ in by_label.values()]) or 0.0


def _outcome(understander: Understander, record: Mapping[str, Any], now: datetime) -> Outcome:
    text, role = str(record["text"]), str(record.get("role", "enterprise"))
    at = datetime.fromisoformat(record["now"]) if "now" in record else now
    understood = understander.understand(text, at, role=role)
    return Outcome(record, understood, understander.chance_inside(text))


def _intents(outcome: Outcome) -> list[str]:
    return [act.intent for act in outcome.understood.acts]


def _outside_recall(outcomes: Sequence[Outcome]) -> float | None:
    inside = sorted(outcome.chance_inside for outcome in outcomes if outcome.wanted != OUT_OF_SCOPE)
    outside = [outcome.chance_inside for outcome in outcomes if outcome.wanted == OUT_OF_SCOPE]
    if not inside or not outside:
        return None
    threshold = inside[int(len(inside) * (1 - KEPT_INSIDE))]
    return _mean([chance < threshold for chance in outside])


def _slot_score(outcomes: Sequence[Outcome]) -> SlotScore | None:
    labelled = [outcome for outcome in outcomes if "slots" in outcome.record]
    return score_slots((o.wanted, o.record["slots"], public_slots(o.understood.acts[0])) for o in labelled)


def _bands(outcomes: Sequence[Outcome]) -> list[tuple[float, float, int]]:
    """Return mean confidence, share right and number of messages for each tenth of confidence that occurs."""
    bands: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        bands.setdefault(min(int(outcome.understood.confidence * 10), 9), []).append(outcome)
    return [
        (
            sum(one.understood.confidence for one in band) / len(band),
            sum(one.right for one in band) / len(band),
            len(band),
        )
        for _, band in sorted(bands.items())
    ]


def _calibration_error(bands: Sequence[tuple[float, float, int]]) -> float:
    """Mean gap between confidence and accuracy, bands weighed by their messages."""
    messages = sum(count for *_, count in bands)
    return sum(abs(confidence - right) * count for confidence, right, count in bands) / messages if messages else 0.0


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
