"""What the learning loop says unasked: to the interpreter, to the office, to those who asked. Quiet hours are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from zhiqibot.content.county import County
from zhiqibot.core.messages import Button, ButtonStyle, OutboundMessage, Thread, card
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Account
from zhiqibot.outbox.outbox import Notice, Outbox
from zhiqibot.topics.policies.learning.model import PolicyCluster, PolicyGap, State
from zhiqibot.topics.policies.learning.sources import Source, shown

WORDINGS = 4
"""Other wordings shown beside the first."""


@dataclass(frozen=True)
class Telling:
    """Adds notices in the caller's unit of work."""

    directory: Directory
    outbox: Outbox
    county: County

    def interpreter(
        self,
        session: Session,
        cluster: PolicyCluster,
        example: str,
        wordings: Sequence[str],
        reports: Sequence[str],
        now: datetime,
    ) -> None:
        """Ask the interpreter for an answer; again after it was sent back. `reports`: why a policy does not arrive."""
        head = "【政策解读】有企业问了一个现有答复没说清的问题，请您解读："
        if cluster.card_id:
            head = "【政策解读】有企业反映一项政策落不了地，请您核实后给个说法："
        if cluster.note:
            head = f"【政策解读】第{cluster.number}个的答复退回修改：{cluster.note}"
        fields = [
            ("问题", example),
            ("其他问法", "；".join(wordings[:WORDINGS])),
            ("卡在哪里", "；".join(reports[:WORDINGS])),
            ("原答复", cluster.answer),
        ]
        message = OutboundMessage(
            text=head,
            card=card(
                f"第{cluster.number}个",
                fields,
                f"点“去答复”，或者直接回复“答复第{cluster.number}个：……”。经助企办审定后告诉提问的企业，以后有人问也照此回答。",
            ),
            buttons=(
                Button(label="去答复", value=f"do:policy_gap_answer:{cluster.number}", style=ButtonStyle.PRIMARY),
                Button(label="看详情", value=f"do:policy_gap:{cluster.number}"),
            ),
        )
        people = [cluster.interpreter_id] if cluster.interpreter_id else []
        self._notify(session, people, message, now, f"policy-gap:{cluster.id}:assigned:{now.isoformat()}")

    def office(
        self,
        session: Session,
        cluster: PolicyCluster,
        example: str,
        source: Source,
        doubts: Sequence[str],
        now: datetime,
    ) -> None:
        """Ask the office to approve an answer."""
        fields = [
            ("问题", example),
            ("答复", cluster.answer),
            ("出处", shown(source, cluster.signature)),
            ("请核对", doubt_line(source, doubts)),
        ]
        message = OutboundMessage(
            text=f"【待审定】{cluster.signature}答复了第{cluster.number}个政策问答缺口，请审定：",
            card=card(
                f"第{cluster.number}个",
                fields,
                f"也可以说“第{cluster.number}个通过”，或者“第{cluster.number}个退回：原因”。通过后马上告诉提问的企业。",
            ),
            buttons=(
                Button(label="通过", value=f"do:policy_gap_pass:{cluster.number}", style=ButtonStyle.PRIMARY),
                Button(label="退回修改", value=f"do:policy_gap_back:{cluster.number}"),
            ),
        )
        people = [person.id for person in self.directory.office(session)]
        self._notify(session, people, message, now, f"policy-gap:{cluster.id}:drafted:{now.isoformat()}")

    def asker(
        self, session: Session, gap: PolicyGap, cluster: PolicyCluster, question: str, source: Source, now: datetime
    ) -> None:
        """Tell one person what became of their question."""
        message = _outcome(cluster, question, source, self.county.office.name)
        key = f"policy-answer:{cluster.id}"
        if gap.person_id:
            self._notify(session, [gap.person_id], message, now, key)
            return
        account = session.get(Account, gap.account_id) if gap.account_id else None
        if account is None:
            return
        if account.person_id:  # a stranger who has said who they are since
            self._notify(session, [account.person_id], message, now, key)
            return
        thread = Thread(account.thread, account.channel, account.account, account.address)
        due = self.county.quiet_hours.next_allowed(now)
        self.outbox.notify_thread(session, f"{key}:account:{account.id}", thread, message, now, due_at=due)

    def _notify(
        self, session: Session, people: Sequence[str], message: OutboundMessage, now: datetime, key: str
    ) -> None:
        due = self.county.quiet_hours.next_allowed(now)
        self.outbox.notify(session, [Notice(f"{key}:{one}", one, message, due_at=due) for one in people], now)


def doubt_line(source: Source, doubts: Sequence[str]) -> str:
    """Write what the office should look at before it approves; empty when there is nothing."""
    if not doubts:
        return ""
    numbers = "、".join(doubts)
    if source.citation is None:
        return f"没有文件依据，而答复里有数字 {numbers}"
    where = "出处的条款里没有这些数字" if source.facts else "政策库里没有收录这个出处，无法核对这些数字"
    return f"{where}：{numbers}"


def _outcome(cluster: PolicyCluster, question: str, source: Source, office: str) -> OutboundMessage:
    said = f"您之前{'反映' if cluster.card_id else '问'}的“{question}”"
    if cluster.state == State.DISMISSED:
        text = f"{said}，{office}核实后答复：{cluster.note}"
    else:
        text = f"{said}，有答复了：\n{cluster.answer}\n{shown(source, cluster.signature)}"
    return OutboundMessage(
        text=f"{text}\n还有不清楚的，直接回复我就行。",
        buttons=(Button(label="问办事人员", value="intent:human_agent"),),
    )
