"""What becomes of a gap: the office assigns it, the named interpreter answers, the office approves, who asked is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.core.errors import Conflict, NotAllowed, PersonError
from zhiqibot.core.people import Speaker
from zhiqibot.core.privacy import clean, mask
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Role
from zhiqibot.storage.counter import next_number
from zhiqibot.storage.later import write_now
from zhiqibot.topics.policies.learning.collecting import Collecting
from zhiqibot.topics.policies.learning.interpreters import Interpreters
from zhiqibot.topics.policies.learning.model import (
    STATE_LABELS,
    UNFINISHED,
    PolicyCluster,
    PolicyFeedback,
    PolicyGap,
    State,
)
from zhiqibot.topics.policies.learning.sources import Sources
from zhiqibot.topics.policies.learning.telling import Telling, doubt_line
from zhiqibot.topics.policies.learning.views import GapView, Views

ANSWERS = "policy-answers"
"""The counter that rises with every approved answer: whoever serves them looks at it to see whether to read anew."""
SHORTEST_ANSWER, LONGEST_ANSWER = 4, 1500
LONGEST_SOURCE, LONGEST_NOTE = 300, 300
CHECKED = "审定人确认已另行核实出处里没有的数字"
"""Kept with an answer that was approved in spite of its figures; who approved it stands beside."""
LISTED = 30
"""Clusters shown in a list."""


class NoSuchGap(PersonError):
    """There is none of that number, or none that the person has anything to do with."""

    text = "没有第{number}个政策问答缺口。发“政策问答缺口”可以看现在有哪些。"


class UnsupportedFigures(PersonError):
    """The answer has figures that its source does not have; whoever approves it must say that they were checked."""

    text = "第{number}个的答复还没有通过：{doubts}。请退回修改，或者核实无误后{confirm}。"


@dataclass(frozen=True)
class GapService:
    """Each public method is one promise, kept inside the caller's unit of work."""

    collecting: Collecting
    directory: Directory
    interpreters: Interpreters
    sources: Sources
    telling: Telling

    @property
    def views(self) -> Views:
        return Views(self.collecting, self.interpreters, self.sources)

    # -- looking ------------------------------------------------------------------------------------------------

    def unfinished(self, session: Session, speaker: Speaker, *, limit: int = LISTED) -> list[GapView]:
        """Return what waits, asked most first; the office sees everything, an interpreter what was given to them."""
        if speaker.role != Role.OFFICE and not self._is_interpreter(speaker):
            raise NotAllowed(what="查看政策问答缺口", who="助企办或政策解读员")
        self.views.give_numbers(session)
        query = select(PolicyCluster).where(PolicyCluster.state.in_(UNFINISHED), PolicyCluster.number.is_not(None))
        if speaker.role != Role.OFFICE:
            query = query.where(PolicyCluster.interpreter_id == speaker.person_id)
        found = [self.views.of(session, one) for one in session.scalars(query.order_by(PolicyCluster.number))]
        return sorted(found, key=lambda one: (-one.people, one.number))[:limit]

    def view(self, session: Session, speaker: Speaker, number: int) -> GapView:
        """Return one cluster; raises NoSuchGap for one the speaker has nothing to do with."""
        return self.views.of(session, self._visible(session, speaker, number))

    def check_open(self, session: Session, speaker: Speaker, number: int, *, drafted: bool) -> None:
        """Raise Conflict for one that cannot be closed any more, or (`drafted`) has no answer to be sent back."""
        cluster = self._visible(session, speaker, number)
        if drafted:
            self._check(cluster, (State.DRAFTED,), "没有可退回的答复")
        self._check(cluster, UNFINISHED, "已经办完")

    def feedback(self, session: Session, speaker: Speaker) -> list[tuple[str, list[str]]]:
        """Return per policy card what was said of its being carried out, most spoken of first; for the office."""
        self._office(speaker, "查看政策落地反馈")
        rows = session.scalars(select(PolicyFeedback).order_by(PolicyFeedback.id)).all()
        said: dict[str, list[str]] = {}
        for row in rows:
            said.setdefault(row.card_id, []).append(self.views.said(row))
        return sorted(said.items(), key=lambda one: -len(one[1]))

    # -- doing --------------------------------------------------------------------------------------------------

    def assign(self, session: Session, speaker: Speaker, number: int, to: str, now: datetime) -> GapView:
        """Give a cluster to an interpreter (id or name) and tell them; another may be named until it is approved."""
        self._office(speaker, "指派政策解读员")
        cluster = self._cluster(session, number)
        self._check(cluster, UNFINISHED, "不能再交办")
        interpreter = self.interpreters.find(to)
        if interpreter is None or self.directory.person(session, interpreter.person) is None:
            names = self.interpreters.names
            known = (
                f"现有解读员：{names}。" if names else "县设置里还没有登记政策解读员（county.yaml 的 interpreters）。"
            )
            raise Conflict(reason=f"没有找到政策解读员“{to}”。{known}")
        cluster.interpreter_id, cluster.assigned_by, cluster.assigned_at = interpreter.person, _actor(speaker), now
        cluster.state, cluster.note = State.ASSIGNED, ""
        session.flush()
        view = self.views.of(session, cluster)
        self.telling.interpreter(session, cluster, view.example, view.wordings, view.reports, now)
        return view

    def answer(self, session: Session, speaker: Speaker, number: int, text: str, source: str, now: datetime) -> GapView:
        """Take the named interpreter's answer and ask the office to approve it; an empty source: no document says it."""
        cluster = self._cluster(session, number)
        if speaker.person_id is None or speaker.person_id != cluster.interpreter_id:
            raise NotAllowed(what=f"答复第{number}个政策问答缺口", who="被指派的政策解读员")
        self._check(cluster, (State.ASSIGNED, State.DRAFTED), "不能再答复")
        text = clean(text)
        if not SHORTEST_ANSWER <= len(text) <= LONGEST_ANSWER:
            raise Conflict(reason=f"答复请写 {SHORTEST_ANSWER}–{LONGEST_ANSWER} 个字，现在是 {len(text)} 个字。")
        cluster.answer = text
        cluster.source = self.sources.read(clean(source)).text[:LONGEST_SOURCE]
        cluster.signature = self._signature(session, speaker.person_id)
        cluster.answered_at, cluster.state, cluster.note = now, State.DRAFTED, ""
        session.flush()
        view = self.views.of(session, cluster)
        self.telling.office(session, cluster, view.example, self.views.source_of(cluster), view.doubts, now)
        return view

    def approve(
        self, session: Session, speaker: Speaker, number: int, now: datetime, *, figures_checked: bool = False
    ) -> int:
        """Make an answer known: served from now on, and told to everybody who asked; return to how many.

        Raises UnsupportedFigures for figures that no source supports, unless the speaker says that they were checked;
        that is kept with the answer."""
        self._office(speaker, "审定政策答复")
        cluster = self._cluster(session, number)
        self._check(cluster, (State.DRAFTED,), "还不能审定")
        if speaker.person_id is not None and speaker.person_id == cluster.interpreter_id:
            raise Conflict(reason="答复人和审定人不能是同一个人，请助企办另一位同志审定。")
        source = self.views.source_of(cluster)
        doubts = self.sources.doubts(cluster.answer, source)
        if doubts and not figures_checked:
            confirm = f"回复“第{number}个数字已核实，通过”"
            raise UnsupportedFigures(number=number, doubts=doubt_line(source, doubts), confirm=confirm)
        if doubts:
            cluster.note = f"{CHECKED}：{'、'.join(doubts)}"[:LONGEST_NOTE]
        cluster.state, cluster.closed_by, cluster.closed_at = State.ANSWERED, _actor(speaker), now
        next_number(session, ANSWERS)
        return self.tell_waiting(session, now)

    def send_back(self, session: Session, speaker: Speaker, number: int, note: str, now: datetime) -> GapView:
        """Give an answer back to its interpreter with the reason."""
        self._office(speaker, "退回政策答复")
        cluster = self._cluster(session, number)
        self._check(cluster, (State.DRAFTED,), "没有可退回的答复")
        cluster.state, cluster.note = State.ASSIGNED, mask(clean(note))[:LONGEST_NOTE]
        session.flush()
        view = self.views.of(session, cluster)
        self.telling.interpreter(session, cluster, view.example, view.wordings, view.reports, now)
        return view

    def dismiss(self, session: Session, speaker: Speaker, number: int, note: str, now: datetime) -> int:
        """Close a cluster without an answer; with a reason who asked is told, and how many is returned."""
        self._office(speaker, "关闭政策问答缺口")
        cluster = self._cluster(session, number)
        self._check(cluster, UNFINISHED, "已经办完")
        cluster.state, cluster.note = State.DISMISSED, mask(clean(note))[:LONGEST_NOTE]
        cluster.closed_by, cluster.closed_at = _actor(speaker), now
        return self.tell_waiting(session, now)

    def tell_waiting(self, session: Session, now: datetime) -> int:
        """Tell everybody whose question is settled and who has not been told; return how many people.

        Run again by the timetable: a question may join a cluster in the moment it is approved."""
        session.flush()
        query = (
            select(PolicyGap, PolicyCluster)
            .join(PolicyCluster, PolicyCluster.id == PolicyGap.cluster_id)
            .where(PolicyCluster.state.in_((State.ANSWERED, State.DISMISSED)), PolicyGap.told_at.is_(None))
            .order_by(PolicyGap.id)
        )
        told: set[tuple[str, str]] = set()
        for gap, cluster in session.execute(query):
            gap.told_at = now
            if cluster.state == State.DISMISSED and not cluster.note:
                continue
            if (cluster.id, gap.asker) not in told:
                told.add((cluster.id, gap.asker))
                question = self.collecting.question_of(gap)
                self.telling.asker(session, gap, cluster, question, self.views.source_of(cluster), now)
        session.flush()
        return len(told)

    # -- helpers ------------------------------------------------------------------------------------------------

    def _office(self, speaker: Speaker, what: str) -> None:
        if speaker.role != Role.OFFICE:
            raise NotAllowed(what=what, who="助企办（联席办）")

    def _is_interpreter(self, speaker: Speaker) -> bool:
        return any(one.person == speaker.person_id for one in self.interpreters.everyone)

    def _visible(self, session: Session, speaker: Speaker, number: int) -> PolicyCluster:
        cluster = self._cluster(session, number, lock=False)
        if speaker.role != Role.OFFICE and (not speaker.person_id or cluster.interpreter_id != speaker.person_id):
            raise NoSuchGap(number=number)
        return cluster

    def _cluster(self, session: Session, number: int, *, lock: bool = True) -> PolicyCluster:
        write_now(session)
        query = select(PolicyCluster).where(PolicyCluster.number == number)
        found = session.scalars(query.with_for_update() if lock else query).one_or_none()
        if found is None:
            raise NoSuchGap(number=number)
        return found

    def _check(self, cluster: PolicyCluster, states: Sequence[State], why: str) -> None:
        if cluster.state not in states:
            label = STATE_LABELS[State(cluster.state)]
            raise Conflict(reason=f"第{cluster.number}个目前是“{label}”，{why}。发“政策问答缺口”看还有哪些要办。")

    def _signature(self, session: Session, person_id: str) -> str:
        person = self.directory.person(session, person_id)
        card = self.directory.card(session, person) if person else None
        name = self.views.name(person_id)
        return f"{card.organisation if card else ''}{name}"[:120]


def _actor(speaker: Speaker) -> str:
    """Who did it: a person, or the operator at the command line."""
    return speaker.person_id or "operator"
