"""Reviewing what was kept: what a message means is written to the operator's own sentences, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from zhiqibot.content.intent_loading import load_intents
from zhiqibot.content.intents import OUT_OF_SCOPE, IntentContent, bare_form
from zhiqibot.content.own_writing import add_sentence
from zhiqibot.core.errors import Conflict, NotFound
from zhiqibot.learning.keeping import REPORT, Keeping
from zhiqibot.learning.masking import masked
from zhiqibot.learning.model import STATE_LABELS, MessageForReview, Reason, State
from zhiqibot.storage.capabilities import Capabilities

SHORT_ID = 6
"""Last characters of an id: what people copy."""
_TELLING = (Reason.CORRECTED, Reason.REROUTED, Reason.UNSURE, Reason.NOT_UNDERSTOOD)
"""What somebody has shown to be misread comes first."""
PROPOSALS = 5


class NoSuchMessage(NotFound):
    """The id belongs to no kept message, or to several."""

    text = "没有找到编号为 {what} 的待复核消息，用 zhiqibot review --list 查看编号。"


@dataclass(frozen=True)
class Kept:
    """A kept message in clear (personal data masked)."""

    row: MessageForReview
    text: str
    asked: str

    @property
    def short_id(self) -> str:
        """What people call it."""
        return self.row.id[-SHORT_ID:]

    @property
    def proposals(self) -> list[str]:
        """The likeliest meanings, what the person chose first; at most PROPOSALS."""
        said = [self.row.became] if self.row.became else []
        return list(dict.fromkeys([*said, *self.row.ranking]))[:PROPOSALS]

    def record(self) -> dict[str, Any]:
        """Return it for an export."""
        row = self.row
        return {
            "id": row.id, "text": self.text, "role": row.role, "reason": row.reason, "intent": row.intent,
            "confidence": row.confidence, "ranking": list(row.ranking), "topic": row.topic, "asked": self.asked,
            "became": row.became, "unit": row.unit, "unit_topics": list(row.unit_topics), "state": row.state,
            "label": row.label, "label_topic": row.label_topic, "kept_at": row.kept_at.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True)
class Label:
    """What a message means, checked against the sentences on disk."""

    kept: Kept
    intent: str
    topic: str
    sentence: str
    fresh: bool
    """Whether the sentence is no example yet."""


@dataclass(frozen=True)
class Labelled:
    """What came of a label: the file that has the sentence now, or None where it was an example already."""

    sentence: str
    file: Path | None


@dataclass(frozen=True)
class Review:
    """The reviewer's side; every public method is one promise in the caller's unit of work."""

    keeping: Keeping
    intents: Path
    """The folder of the product's sentences."""
    own: Path
    """The folder of the operator's, which is written to."""

    def open_messages(self, session: Session, limit: int = 1000) -> list[Kept]:
        """Return what waits for a reviewer, the most telling first, then the oldest."""
        rank = case({reason.value: place for place, reason in enumerate(_TELLING)}, value=MessageForReview.reason)
        query = select(MessageForReview).where(MessageForReview.state == State.OPEN)
        return self._opened(session.scalars(query.order_by(rank, MessageForReview.id).limit(limit)).all())

    def all_messages(self, session: Session) -> list[Kept]:
        """Return everything that is kept, the oldest first."""
        return self._opened(session.scalars(select(MessageForReview).order_by(MessageForReview.id)).all())

    def counts(self, session: Session) -> Mapping[str, int]:
        """Return how many messages stand in which state."""
        query = select(MessageForReview.state, func.count()).group_by(MessageForReview.state)
        return {row[0]: row[1] for row in session.execute(query)}

    def find(self, session: Session, said: str) -> Kept:
        """Return the message with this id or end of an id; raise NoSuchMessage unless it is exactly one."""
        ending: ColumnElement[bool] = MessageForReview.id.endswith(said.strip().lower(), autoescape=True)
        rows = session.scalars(select(MessageForReview).where(ending).limit(2)).all()
        if len(rows) != 1 or len(said.strip()) < 4:
            raise NoSuchMessage(what=said)
        return self._opened(rows)[0]

    def plan(self, kept: Kept, intent: str, *, topic: str = "", wording: str = "") -> Label:
        """Check a label, under `topic` where the intent has topics; apart from the database: it reads all sentences.

        `wording` replaces what was said, should it hold what nobody must learn. Raises Conflict where the label cannot be
        given, and ContentError where the files on disk have mistakes."""
        content = load_intents(self.intents, self.own)
        self._check(content, intent, topic)
        sentence = masked(wording) or kept.text
        return Label(kept, intent, topic, sentence, not self._known(content, sentence, intent))

    def label(self, session: Session, label: Label, now: datetime) -> Labelled:
        """Write a message to the own sentences of its intent, and settle it; Conflict where that was done before."""
        self._claim(session, label.kept)
        fresh = label.fresh and add_sentence(self.own, label.intent, label.sentence, label.topic)
        self._settle(session, label.kept, State.LABELLED, now, label.intent, label.topic)
        return Labelled(label.sentence, self.own / f"{label.intent}.yaml" if fresh else None)

    def dismiss(self, session: Session, kept: Kept, now: datetime) -> None:
        """Put a message aside: nothing is to be learnt from it."""
        self._claim(session, kept)
        self._settle(session, kept, State.DISMISSED, now)

    # -- helpers ------------------------------------------------------------------------------------------------

    def _opened(self, rows: Sequence[MessageForReview]) -> list[Kept]:
        return [Kept(row, self.keeping.text_of(row), self.keeping.asked_of(row)) for row in rows]

    def _claim(self, session: Session, kept: Kept) -> None:
        """One reviewer at a time changes the files, and each message is settled once."""
        Capabilities.for_dialect(session.get_bind().dialect.name).take_turns(session, "review")
        query = select(MessageForReview.state).where(MessageForReview.id == kept.row.id)
        state = session.execute(query).scalar_one_or_none()
        if state is None:
            raise NoSuchMessage(what=kept.short_id)
        if state != State.OPEN:
            where = "；要改请直接编辑 intents.local 里的文件" if state == State.LABELLED else ""
            raise Conflict(reason=f"这一条已经处理过了（{STATE_LABELS[State(state)]}）{where}。")

    def _check(self, content: IntentContent, intent: str, topic: str) -> None:
        if intent not in content.intents and intent != OUT_OF_SCOPE:
            raise Conflict(reason=f"没有 {intent} 这个意图，用 zhiqibot review --intents 查看全部意图。")
        if topic and topic not in content.lexicon.topics:
            raise Conflict(reason=f"没有 {topic} 这个主题，可选：{'、'.join(content.lexicon.topics)}。")
        if topic and not has_topics(content, intent):
            raise Conflict(reason=f"“{content.intents[intent].title}”不分主题，请不要带主题。")

    def _known(self, content: IntentContent, sentence: str, intent: str) -> bool:
        """Tell whether the sentence is an example already; raise Conflict where it is one of something else."""
        bare = bare_form(sentence)
        pairs = [*content.labelled(), *((one, OUT_OF_SCOPE) for one in content.outside())]
        meant = next((means for said, means in pairs if bare_form(said) == bare), None)
        if meant not in (None, intent):
            title = content.intents[meant].title if meant in content.intents else "与我们无关"
            reason = f"这句话已经是“{title}”（{meant}）的例句，一句话不能有两个意思；要改请先编辑那里的文件。"
            raise Conflict(reason=reason)
        return meant is not None

    def _settle(
        self, session: Session, kept: Kept, state: State, now: datetime, label: str = "", topic: str = ""
    ) -> None:
        row = session.get_one(MessageForReview, kept.row.id)
        row.state, row.settled_at, row.label, row.label_topic = state, now, label, topic


def has_topics(content: IntentContent, intent: str) -> bool:
    """Tell whether the sentences of an intent are sorted by topic."""
    return intent in content.intents and bool(content.intents[intent].says_by_topic)


def topic_proposals(kept: Kept) -> Sequence[str]:
    """Return the likeliest topics: those of the unit a ticket went to in the end, then the one that was read."""
    if kept.row.intent != REPORT and kept.row.became != REPORT:
        return ()
    return [one for one in dict.fromkeys([*kept.row.unit_topics, kept.row.topic]) if one]
