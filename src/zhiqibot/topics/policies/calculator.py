"""The policy calculator's service: which policies an enterprise fits, whom a policy concerns, whose it may be shown."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from zhiqibot.content.policies import Fact
from zhiqibot.content.profile import ProfileContent
from zhiqibot.core.clock import local
from zhiqibot.core.errors import NotAllowed
from zhiqibot.core.pages import Page
from zhiqibot.dialogue.forms import Ask
from zhiqibot.dialogue.turn import Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.matching import Match, match, match_one
from zhiqibot.topics.policies.profile import report
from zhiqibot.topics.policies.profile.asking import listed
from zhiqibot.topics.policies.profile.links import ReportLinks
from zhiqibot.topics.policies.profile.profiles import EnterpriseProfile, Known, Profiles

INTENT = "match_policy"
RECENT = "match"
_SAID_NOW = "您刚才说的"
_OWN = ("我", "俺", "咱", "本厂", "本公司", "本企业")
"""Who speaks so speaks of their own enterprise, whatever names it has."""


@dataclass(frozen=True)
class Calculator:
    """Holds what is known of an enterprise against the benefits of its own county, city and province."""

    desk: PolicyDesk
    profiles: Profiles
    links: ReportLinks
    office: str = "助企办"
    content: ProfileContent = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", self.profiles.content)

    # -- matching -----------------------------------------------------------------------------------------------

    def benefits(self, now: datetime) -> list[Fact]:
        """Return what can be matched: benefits with rules, of home, in force."""
        today = local(now).date()
        return [
            fact
            for fact in self.desk.corpus.facts.values()
            if matchable(fact, self.desk) and not fact.card.expired(today)
        ]

    def matches(self, profile: EnterpriseProfile, now: datetime) -> list[Match]:
        """Return how an enterprise stands to every benefit, the best first."""
        return match(self.content.completed(profile.values), self.benefits(now), self.content.fixed)

    def affected(self, session: Session, cards: Collection[Fact]) -> list[str]:
        """Return the enterprises whom any of these policies concerns: nothing known of them speaks against it.

        A policy without rules concerns nobody in particular: its audience is for the office to choose."""
        return [enterprise_id for enterprise_id, ids in self._concerned(session, cards) if ids]

    def counts(self, session: Session, cards: Collection[Fact]) -> Counter[str]:
        """Return how many enterprises each of these policies (by card id) concerns, in one pass."""
        return Counter(card_id for _, ids in self._concerned(session, cards) for card_id in ids)

    def _concerned(self, session: Session, cards: Collection[Fact]) -> Iterator[tuple[str, list[str]]]:
        held = [fact for fact in cards if fact.card.rules]
        used = sorted({one.trait for fact in held for rule in fact.card.rules for one in rule.conditions})
        known: dict[tuple[tuple[str, ...] | None, ...], list[str]] = {}  # a city's enterprises share a few profiles
        for enterprise_id, told in self.profiles.all(session) if held else ():
            values = self.content.completed(told)
            key = tuple(values.get(trait) for trait in used)
            if key not in known:
                known[key] = [fact.card.id for fact in held if not match_one(values, fact).lacking]
            yield enterprise_id, known[key]

    def page(self, session: Session, token: str, now: datetime) -> Page | None:
        """Return the report a link was made for; None when the link is no good any more."""
        enterprise_id = self.links.open(token, now)
        enterprise = session.get(Enterprise, enterprise_id) if enterprise_id else None
        if enterprise is None:
            return None
        profile = self.profiles.read(session, enterprise.id)
        return report.page(enterprise.name, profile, self.matches(profile, now), self.content, self.office, now)

    # -- whose ----------------------------------------------------------------------------------------------------

    def whose(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Put the enterprise's id into `values`, or return the question which one. Raises NotAllowed."""
        speaker = turn.speaker
        if speaker.role == Role.ENTERPRISE:
            if "enterprise" not in values:
                self._check_own(turn)
            values["enterprise"] = speaker.enterprise_id or ""
            return None
        if speaker.role not in (Role.CADRE, Role.OFFICE):
            raise NotAllowed(what="替企业匹配政策", who="该企业联系人、包联干部或助企办")
        directory, said = self.profiles.directory, str(values.get("enterprise") or turn.text)
        found = turn.session.get(Enterprise, said) or directory.find_enterprise(turn.session, said)
        if found:
            self.profiles.check_may_see(turn.session, speaker, found.id, turn.now)
            values["enterprise"] = found.id
            return None
        values.pop("enterprise", None)
        linked = directory.linked_enterprises(turn.session, speaker.person_id or "", local(turn.now).date())[:6]
        buttons = [button(one.name, f"set:enterprise={one.id}") for one in linked]
        return Ask("enterprise", say("请问是哪家企业？发全称或简称都行。", buttons=buttons))

    def recent(self, turn: Turn) -> tuple[EnterpriseProfile, list[Match]]:
        """Return the profile spoken of last and its matches; the speaker's own, or a stranger's words, else."""
        told = turn.memory.recent.get(RECENT) or {}
        own = turn.speaker.role == Role.ENTERPRISE  # whoever spoke here before: an enterprise sees its own
        enterprise_id = str((None if own else told.get("enterprise")) or turn.speaker.enterprise_id or "")
        if enterprise_id:
            self.profiles.check_may_see(turn.session, turn.speaker, enterprise_id, turn.now)
            profile = self.profiles.read(turn.session, enterprise_id)
        else:
            said = told.get("values") or {}
            facts = {n: Known(n, listed(said[n]), _SAID_NOW) for n in self.content.by_id if said.get(n)}
            profile = EnterpriseProfile("", facts)
        return profile, self.matches(profile, turn.now)

    def _check_own(self, turn: Turn) -> None:
        """Raise NotAllowed when an enterprise names another one: its own result would be taken for the other's."""
        own = turn.speaker.enterprise_id
        if not own or not turn.text or any(word in turn.text for word in _OWN):
            return
        named = self.profiles.directory.find_enterprise(turn.session, turn.text)
        if named is not None and named.id != own:
            raise NotAllowed(what="替其他企业查看或申请政策", who="该企业联系人、包联干部或助企办")


def matchable(fact: Fact, desk: PolicyDesk) -> bool:
    """Tell whether an enterprise can be held against a card: a benefit of home with rules, from a document in force."""
    card = fact.card
    ours = desk.home.level(fact.region) != "elsewhere" and fact.document.kind == "policy"
    return card.kind == "benefit" and bool(card.rules) and ours
