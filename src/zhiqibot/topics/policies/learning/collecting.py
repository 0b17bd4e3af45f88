"""Collecting what the desk could not answer: masked, counted once, put beside questions of the same kind."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhiqibot.content.policies import fold
from zhiqibot.core.crypto import Vault
from zhiqibot.core.ids import new_id
from zhiqibot.core.people import Speaker
from zhiqibot.core.privacy import clean, mask
from zhiqibot.directory.model import Account
from zhiqibot.storage.capabilities import Capabilities
from zhiqibot.storage.later import write_now
from zhiqibot.topics.policies.learning.likeness import Asked, Likeness
from zhiqibot.topics.policies.learning.model import (
    UNFINISHED,
    PolicyCluster,
    PolicyFeedback,
    PolicyGap,
    Reason,
    State,
)

JOINS = 0.60
"""Likeness from which a question joins a cluster. Over pairs of near misses of the policy questions, paraphrases of one
question lie at 0.60–0.95 and different subjects below 0.45; joining wrongly tells people the wrong answer, staying
apart only costs the office a second look."""
MOST_COMPARED = 400
"""Clusters a new question is compared with, latest first: a flood of open ones must not slow every refusal down."""
MOST_A_DAY = 20
"""Questions of one person kept in 24 hours; more is a mistake or a flood."""
LONGEST = 300
"""Characters of a question that are kept."""


@dataclass(frozen=True)
class Question:
    """One question that was left open."""

    key: str
    """Identity of the message that carried it."""
    text: str
    reason: Reason
    topic: str = "other"
    card_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Kept:
    """What is written of a question and of who asked it."""

    key: str
    digest: str
    asker: str
    account_id: str | None
    text: str


@dataclass(frozen=True)
class Collecting:
    """Writes gaps in the caller's unit of work."""

    vault: Vault
    likeness: Likeness

    def collect(self, session: Session, speaker: Speaker, question: Question, now: datetime) -> PolicyGap | None:
        """Keep a question, with what its person needs to be told later; None when it is empty or one too many.

        The same message never counts twice, and the same words of the same person only raise `times`."""
        text = mask(clean(question.text))[:LONGEST].strip()
        asker, account_id = self._asker(session, speaker)
        if not text or not asker:
            return None
        write_now(session)
        key = hashlib.sha256(f"{question.key}\0{fold(text)}".encode()).hexdigest()
        known = session.scalars(select(PolicyGap).where(PolicyGap.key == key)).one_or_none()
        if known is not None:
            return known
        digest = self.vault.mac(fold(text), "policy_gap")
        again = self._asked_again(session, asker, digest)
        if again is not None:
            again.times += 1
            return again
        if self._too_many(session, asker, now):
            return None
        kept = _Kept(key, digest, asker, account_id, text)
        return self._add(session, speaker, question, kept, self._cluster(session, question, text, now), now)

    def feedback(
        self, session: Session, speaker: Speaker, question: Question, reason: str, now: datetime
    ) -> PolicyFeedback | None:
        """Record that the policy `question.card_ids[0]` is not carried out; None for a flood. Idempotent by message."""
        key = hashlib.sha256(f"feedback\0{question.key}".encode()).hexdigest()
        known = session.scalars(select(PolicyFeedback).where(PolicyFeedback.key == key)).one_or_none()
        if known is not None:
            return known
        gap = self.collect(session, speaker, question, now)
        if gap is None:
            return None
        row_id = new_id()
        row = PolicyFeedback(
            id=row_id,
            key=key,
            card_id=question.card_ids[0],
            said=self.vault.seal(mask(clean(question.text))[:LONGEST], "policy_feedback", "said", row_id),
            gap_id=gap.id,
            person_id=speaker.person_id,
            enterprise_id=speaker.enterprise_id,
            said_at=now,
        )
        session.add(row)
        self.explain(session, row, reason)
        return row

    def explain(self, session: Session, row: PolicyFeedback, reason: str) -> None:
        """Add where a policy fails to what was recorded."""
        text = mask(clean(reason))[:LONGEST].strip()
        row.reason = self.vault.seal(text, "policy_feedback", "reason", row.id) if text else row.reason
        session.flush()

    def question_of(self, gap: PolicyGap) -> str:
        """Return a question in clear (personal numbers are masked already)."""
        return self.vault.open(gap.question, "policy_gap", "question", gap.id)

    def example_of(self, cluster: PolicyCluster) -> str:
        """Return the question a cluster began with."""
        return self.vault.open(cluster.example, "policy_cluster", "example", cluster.id)

    # -- helpers ------------------------------------------------------------------------------------------------

    def _asker(self, session: Session, speaker: Speaker) -> tuple[str, str | None]:
        """Return a key for the human being, and the account a stranger is reached by; nothing where there is none."""
        if speaker.person_id:
            return f"person:{speaker.person_id}", None
        query = select(Account.id).where(
            Account.channel == speaker.channel,
            Account.account == speaker.account,
            Account.sender_id == speaker.sender_id,
        )
        account_id = session.execute(query).scalar_one_or_none() if speaker.sender_id else None
        return (f"account:{account_id}", account_id) if account_id else ("", None)

    def _asked_again(self, session: Session, asker: str, digest: str) -> PolicyGap | None:
        query = (
            select(PolicyGap)
            .join(PolicyCluster, PolicyCluster.id == PolicyGap.cluster_id)
            .where(PolicyGap.asker == asker, PolicyGap.digest == digest, PolicyCluster.state.in_(UNFINISHED))
        )
        return session.scalars(query.limit(1)).first()

    def _too_many(self, session: Session, asker: str, now: datetime) -> bool:
        since = now - timedelta(days=1)
        query = select(func.count()).where(PolicyGap.asker == asker, PolicyGap.asked_at > since)
        return int(session.execute(query).scalar_one()) >= MOST_A_DAY

    def _cluster(self, session: Session, question: Question, text: str, now: datetime) -> PolicyCluster:
        """Return the most alike unfinished cluster, or a new one."""
        card_id = question.card_ids[0] if question.reason is Reason.UNDELIVERABLE and question.card_ids else None
        query = select(PolicyCluster).where(PolicyCluster.state.in_(UNFINISHED))
        query = query.where(PolicyCluster.card_id == card_id if card_id else PolicyCluster.card_id.is_(None))
        found = session.scalars(query.order_by(PolicyCluster.id.desc()).limit(MOST_COMPARED)).all()
        if card_id:
            return found[0] if found else self._new_cluster(session, question, text, card_id, now)
        asked = self.likeness.asked(text)
        best = max(self._alike(asked, found), key=lambda one: one[0], default=None)
        if best and best[0] >= JOINS:
            return best[1]
        return self._new_cluster(session, question, text, None, now)

    def _alike(self, asked: Asked, clusters: Sequence[PolicyCluster]) -> Iterator[tuple[float, PolicyCluster]]:
        """Yield each cluster with its likeness; the oldest first, so that it wins among equals."""
        for cluster in reversed(clusters):
            yield self.likeness.between(asked, self.likeness.asked(self.example_of(cluster))), cluster

    def _add(
        self, session: Session, speaker: Speaker, question: Question, kept: _Kept, cluster: PolicyCluster, now: datetime
    ) -> PolicyGap:
        row_id = new_id()
        row = {
            "id": row_id,
            "key": kept.key,
            "cluster_id": cluster.id,
            "asker": kept.asker,
            "question": self.vault.seal(kept.text, "policy_gap", "question", row_id),
            "digest": kept.digest,
            "reason": question.reason,
            "card_ids": list(question.card_ids),
            "person_id": speaker.person_id,
            "enterprise_id": speaker.enterprise_id,
            "account_id": kept.account_id,
            "times": 1,
            "asked_at": now,
        }
        capabilities = Capabilities.for_dialect(session.get_bind().dialect.name)
        session.execute(capabilities.insert_new(PolicyGap, "key"), [row])
        return session.scalars(select(PolicyGap).where(PolicyGap.key == kept.key)).one()

    def _new_cluster(
        self, session: Session, question: Question, text: str, card_id: str | None, now: datetime
    ) -> PolicyCluster:
        cluster_id = new_id()
        cluster = PolicyCluster(
            id=cluster_id,
            example=self.vault.seal(text, "policy_cluster", "example", cluster_id),
            topic=question.topic,
            card_id=card_id,
            state=State.OPEN,
            opened_at=now,
            answer="",
            source="",
            signature="",
            note="",
        )
        session.add(cluster)
        session.flush()
        return cluster
