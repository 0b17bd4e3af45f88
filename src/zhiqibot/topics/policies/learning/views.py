"""Gaps as the office sees them, with the numbers people call them by."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.storage.capabilities import Capabilities
from zhiqibot.storage.counter import next_number
from zhiqibot.storage.later import write_now
from zhiqibot.topics.policies.learning.collecting import Collecting
from zhiqibot.topics.policies.learning.interpreters import Interpreters
from zhiqibot.topics.policies.learning.model import PolicyCluster, PolicyFeedback, PolicyGap, Reason, State
from zhiqibot.topics.policies.learning.sources import Source, Sources


@dataclass(frozen=True)
class GapView:
    """A cluster as the office sees it."""

    number: int
    state: State
    example: str
    wordings: tuple[str, ...]
    """Every different wording, latest first, the example left out."""
    people: int
    times: int
    reasons: tuple[tuple[Reason, int], ...]
    topic: str
    card_id: str | None
    opened_at: datetime
    interpreter: str
    """Name, or empty."""
    answer: str
    source: str
    signature: str
    note: str
    reports: tuple[str, ...] = ()
    """Of a policy that is not carried out: where it fails, in people's words, latest first."""
    doubts: tuple[str, ...] = ()
    """Numbers of the answer that its source does not have."""


@dataclass(frozen=True)
class Views:
    """Reads clusters, in the caller's unit of work."""

    collecting: Collecting
    interpreters: Interpreters
    sources: Sources

    def source_of(self, cluster: PolicyCluster) -> Source:
        """Return where a cluster's answer stands."""
        return self.sources.read(cluster.source)

    def give_numbers(self, session: Session) -> None:
        """Number what nobody has looked at yet, in the order it came."""
        write_now(session)
        fresh = select(PolicyCluster).where(PolicyCluster.number.is_(None)).order_by(PolicyCluster.id)
        if session.execute(fresh.with_only_columns(PolicyCluster.id).limit(1)).first() is None:
            return
        Capabilities.for_dialect(session.get_bind().dialect.name).take_turns(session, "policy-gaps")
        for cluster in session.scalars(fresh.execution_options(populate_existing=True)):
            cluster.number = next_number(session, "policy-gap")
        session.flush()

    def of(self, session: Session, cluster: PolicyCluster) -> GapView:
        """Return a cluster with everything asked in it."""
        query = select(PolicyGap).where(PolicyGap.cluster_id == cluster.id).order_by(PolicyGap.id.desc())
        gaps = session.scalars(query).all()
        example = self.collecting.example_of(cluster)
        wordings = dict.fromkeys(self.collecting.question_of(gap) for gap in gaps)
        source = self.source_of(cluster)
        return GapView(
            number=cluster.number or 0,
            state=State(cluster.state),
            example=example,
            wordings=tuple(one for one in wordings if one != example),
            people=len({gap.asker for gap in gaps}),
            times=sum(gap.times for gap in gaps),
            reasons=tuple(Counter(Reason(gap.reason) for gap in gaps).most_common()),
            topic=cluster.topic,
            card_id=cluster.card_id,
            opened_at=cluster.opened_at,
            interpreter=self.name(cluster.interpreter_id),
            answer=cluster.answer,
            source=cluster.source,
            signature=cluster.signature,
            note=cluster.note,
            reports=self._reports(session, cluster),
            doubts=tuple(self.sources.doubts(cluster.answer, source)) if cluster.answer else (),
        )

    def name(self, person_id: str | None) -> str:
        """Return an interpreter's name; the id of one who is none any more."""
        found = self.interpreters.find(person_id) if person_id else None
        return found.name if found else person_id or ""

    def _reports(self, session: Session, cluster: PolicyCluster) -> tuple[str, ...]:
        if not cluster.card_id:
            return ()
        query = (
            select(PolicyFeedback)
            .join(PolicyGap, PolicyGap.id == PolicyFeedback.gap_id)
            .where(PolicyGap.cluster_id == cluster.id, PolicyFeedback.reason.is_not(None))
            .order_by(PolicyFeedback.id.desc())
        )
        return tuple(dict.fromkeys(self.reason(row) for row in session.scalars(query)))

    def reason(self, row: PolicyFeedback) -> str:
        """Return where a policy fails, in clear; empty where nobody said."""
        seal = self.collecting.vault
        return seal.open(row.reason, "policy_feedback", "reason", row.id) if row.reason else ""

    def said(self, row: PolicyFeedback) -> str:
        """Return what was said of a policy, with the reason, in clear."""
        said = self.collecting.vault.open(row.said, "policy_feedback", "said", row.id)
        reason = self.reason(row)
        return f"{said}（{reason}）" if reason else said
