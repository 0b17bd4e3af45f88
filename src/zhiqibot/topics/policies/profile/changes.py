"""New and changed policies: found by their digests, and offered to the office with the enterprises they concern."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.content.county import QuietHours
from zhiqibot.content.policies import Card, Fact
from zhiqibot.core.clock import local
from zhiqibot.core.errors import NotAllowed
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role
from zhiqibot.outbox.outbox import Notice, Outbox
from zhiqibot.topics.policies import wording
from zhiqibot.topics.policies.calculator import Calculator
from zhiqibot.topics.policies.profile.model import PolicyCardSeen

FIRST_HOUR = 8
MOST_SHOWN = 6
_FOR_SEARCH_ONLY = {"questions", "keywords"}
"""Fields that change how a card is found, not what it says."""

OpenBroadcast = Callable[[Turn, str, str, str], Reply]
"""Opens the broadcast of a policy (title, text, card id) to the enterprises it concerns; outreach does the rest."""


@dataclass(frozen=True)
class Changes:
    """Compares the corpus with what the office has been told of."""

    calculator: Calculator
    outbox: Outbox
    quiet_hours: QuietHours
    open_broadcast: OpenBroadcast

    def due(self, now: datetime) -> str | None:
        """Return the key of today's look at the corpus; another corpus is looked at anew."""
        here = local(now)
        whole = hashlib.sha256("".join(self._digests().values()).encode()).hexdigest()[:16]
        return f"policy-changes:{here.date().isoformat()}:{whole}" if here.hour >= FIRST_HOUR else None

    def run(self, session: Session, now: datetime) -> int:
        """Record what is new or changed and offer the office to tell those concerned; return how many there are.

        The first look at an empty record only takes note: everything would be new."""
        digests = self._digests()
        seen = {row.card_id: row for row in session.scalars(select(PolicyCardSeen))}
        changed = [one for one, digest in digests.items() if one not in seen or seen[one].digest != digest]
        for card_id in changed:
            row = seen.get(card_id) or PolicyCardSeen(card_id=card_id)
            row.digest, row.seen_at = digests[card_id], now
            row.changed_at = now if seen else None
            session.add(row)
        session.flush()
        facts = [fact for one in changed if (fact := self.calculator.desk.fact(one))]
        if seen and facts:
            self._offer(session, facts, now)
        return len(facts) if seen else 0

    def show(self, turn: Turn) -> Reply:
        """List the changed policies with how many enterprises each concerns (office only)."""
        self._office(turn)
        facts = self._changed_at(turn)
        if not facts:
            return say("这次的改动已经有更新的版本了，请以最近一次提醒为准。")
        counts = self.calculator.counts(turn.session, facts)
        lines = [
            f"· {fact.card.title}：{_concerns(fact, counts[fact.card.id])}\n{wording.source_lines([fact])[0]}"
            for fact in facts
        ]
        buttons = [button(f"提醒：{fact.card.title}", f"do:policy_send:{fact.card.id}") for fact in facts[:MOST_SHOWN]]
        return say("\n".join(["新增或有改动的政策：", *lines, "点一项，先看通知和人数再确认发送。"]), buttons=buttons)

    def send(self, turn: Turn) -> Reply:
        """Open the broadcast of one policy; nothing is sent before the office confirms."""
        self._office(turn)
        fact = self.calculator.desk.fact(turn.argument)
        if fact is None:
            return say("这一项现在查不到了，没有发送。")
        text = "\n".join([fact.card.lead, *wording.condition_lines(fact.card), *wording.source_lines([fact])])
        return self.open_broadcast(turn, fact.card.title, text, fact.card.id)

    # -- helpers ------------------------------------------------------------------------------------------------

    def _digests(self) -> dict[str, str]:
        desk = self.calculator.desk
        ours = [one for one in desk.corpus.facts.values() if desk.home.level(one.region) != "elsewhere"]
        return {one.card.id: digest_of(one.card) for one in ours if one.document.kind == "policy"}

    def _offer(self, session: Session, facts: Sequence[Fact], now: datetime) -> None:
        concerned = len(self.calculator.affected(session, facts))
        open_ = sum(not fact.card.rules for fact in facts)
        more = f"（其中 {open_} 条没有可核对的条件，发送范围由您定）" if open_ else ""
        text = f"有 {len(facts)} 条政策新增或有改动{more}，涉及 {concerned} 家企业，要不要发提醒？"
        buttons = (button("看看是哪些", f"do:policy_changes:{now.timestamp():.0f}", primary=True),)
        message = OutboundMessage(text=text, buttons=buttons)
        due = self.quiet_hours.next_allowed(now)
        key = f"policy-changes:{now.timestamp():.0f}"
        office = self.calculator.profiles.directory.office(session)
        self.outbox.notify(session, [Notice(f"{key}:{one.id}", one.id, message, due_at=due) for one in office], now)

    def _changed_at(self, turn: Turn) -> list[Fact]:
        """Return the facts of one finding; its instant is in the button."""
        if not turn.argument.isdigit() or len(turn.argument) > 12:
            return []
        moment = datetime.fromtimestamp(int(turn.argument), tz=turn.now.tzinfo)
        second = timedelta(seconds=1)
        query = select(PolicyCardSeen.card_id).where(
            PolicyCardSeen.changed_at.between(moment - second, moment + second)
        )
        ids = turn.session.scalars(query.order_by(PolicyCardSeen.card_id)).all()
        return [fact for one in ids if (fact := self.calculator.desk.fact(one))]

    def _office(self, turn: Turn) -> None:
        if turn.speaker.role != Role.OFFICE or not turn.speaker.bound:
            raise NotAllowed(what="发送政策提醒", who="联席办（助企办）")


def _concerns(fact: Fact, count: int) -> str:
    return f"涉及 {count} 家企业" if fact.card.rules else "没有可核对的条件，范围请自选"


def digest_of(card: Card) -> str:
    """Return a digest of what a card says."""
    content = card.model_dump(mode="json", exclude=_FOR_SEARCH_ONLY)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def register(router: Router, changes: Changes) -> None:
    """Register the buttons under the offer."""
    router.press("policy_changes")(changes.show)
    router.press("policy_send")(changes.send)
