"""“我们能享受哪些政策”: asks once what the record does not say, remembers it, and answers at once from then on."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from zhiqibot.content.policies import Fact
from zhiqibot.content.profile import ProfileContent
from zhiqibot.core.clock import local
from zhiqibot.core.errors import NotAllowed
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.core.pages import Page
from zhiqibot.dialogue.forms import Ask
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.matching import Match, Outcome, match, match_one
from zhiqibot.topics.policies.profile import report
from zhiqibot.topics.policies.profile.asking import NONE, buttons_of, listed, merged
from zhiqibot.topics.policies.profile.links import ReportLinks
from zhiqibot.topics.policies.profile.profiles import EnterpriseProfile, Known, Profiles

INTENT = "match_policy"
RECENT = "match"
MOST_APPLY = 2
"""Buttons “申请…” under a result."""
_SAID_NOW = "您刚才说的"


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
        return match(profile.values, self.benefits(now), self.content.fixed)

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
        for enterprise_id, values in self.profiles.all(session) if held else ():
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

    # -- the form -----------------------------------------------------------------------------------------------

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find out whose policies are asked about, then ask what nobody has said yet."""
        whose = self.whose(turn, values)
        if whose:
            return whose
        self._read_nothing(turn, values)
        again = values.get("again")
        if again:
            return None if again in values else self._ask(again)
        known = self._profile(turn.session, values)
        missing = (one.id for one in self.content.traits if one.asked == "always")
        name = next((one for one in missing if one not in known.facts and one not in values), None)
        return self._ask(name) if name else None

    def whose(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Put the enterprise's id into `values`, or return the question which one. Raises NotAllowed."""
        speaker = turn.speaker
        if speaker.role == Role.ENTERPRISE:
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

    def finish(self, turn: Turn, form: Any) -> Reply:
        """Remember what was said and show the result."""
        values = {one.name: getattr(form, one.name) for one in fields(form)}
        enterprise_id = values.pop("enterprise") or ""
        again = values.pop("again")
        said = {name: values[name] for name in values if name in turn.open_form.values}
        if enterprise_id:
            known = self.profiles.read(turn.session, enterprise_id)
            stored = merged(self.content, said, {n: k.values for n, k in known.facts.items() if k.answered}, again)
            self.profiles.record(turn.session, turn.speaker, enterprise_id, stored, turn.now)
        turn.memory.recent[RECENT] = {"enterprise": enterprise_id, "values": {} if enterprise_id else said}
        return self.show(turn)

    def _ask(self, name: str) -> Ask:
        trait = self.content.by_id[name]
        return Ask(name, say(trait.ask, buttons=buttons_of(trait)))

    def _read_nothing(self, turn: Turn, values: dict[str, Any]) -> None:
        """“没有” skips a question elsewhere; to “有没有这些” it is the answer."""
        asked = turn.open_form.asked if turn.memory.form else ""
        trait = self.content.by_id.get(asked)
        if trait and trait.kind == "many" and values.get(asked) == "" and self.content.says_nothing(turn.text):
            values[asked] = NONE

    def _profile(self, session: Session, values: Mapping[str, Any]) -> EnterpriseProfile:
        return self.profiles.read(session, values["enterprise"]) if values.get("enterprise") else EnterpriseProfile("")

    # -- the result ---------------------------------------------------------------------------------------------

    def show(self, turn: Turn, head: str = "") -> OutboundMessage:
        """Say in a few lines what the enterprise fits, by which facts, and where the whole is."""
        profile, matches = self.recent(turn)
        best, more = report.short(matches)
        lines = [head] if head else []
        lines += [
            f"{self._name(turn, profile)}{report.counts(matches)}",
            report.facts_line(profile, self.content),
            *best,
        ]
        if more:
            lines.append("发“全部”看完整清单。")
        if profile.enterprise_id:
            good_until = self.links.until(turn.now)
            lines.append(f"打印版（{good_until}前有效）：{self.links.make(profile.enterprise_id, turn.now)}")
        lines.append(report.DISCLAIMER)
        return say("\n".join(line for line in lines if line), buttons=self._buttons(profile, matches, more=more))

    def everything(self, turn: Turn) -> Reply:
        """List every policy with the conditions that decide."""
        profile, matches = self.recent(turn)
        buttons = self._buttons(profile, matches, more=False)
        return say("\n".join([report.counts(matches), *report.complete(matches), report.DISCLAIMER]), buttons=buttons)

    def why(self, turn: Turn) -> Reply:
        """Say why what does not fit does not fit."""
        profile, matches = self.recent(turn)
        lines = [
            *report.reasons(matches),
            report.facts_line(profile, self.content),
            "资料不对的话，点“资料有变”改一下。",
        ]
        return say("\n".join(lines), buttons=[button("资料有变", "do:profile_change")])

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

    def _name(self, turn: Turn, profile: EnterpriseProfile) -> str:
        enterprise = turn.session.get(Enterprise, profile.enterprise_id) if profile.enterprise_id else None
        return f"{enterprise.name}：" if enterprise and turn.speaker.role != Role.ENTERPRISE else ""

    def _worth_asking(self, profile: EnterpriseProfile, matches: Sequence[Match]) -> str | None:
        """Return the fact that could change a result and that nobody has told."""
        open_ = {
            condition.trait
            for one in matches
            if one.outcome in (Outcome.ONE_SHORT, Outcome.UNKNOWN)
            for verdict in one.verdicts
            if not verdict.holds
            for condition in verdict.rule.conditions
        }
        told = profile.values
        offered = (one.id for one in self.content.traits if one.asked != "never")
        return next((one for one in offered if one in open_ and one not in told), None)

    def _buttons(self, profile: EnterpriseProfile, matches: Sequence[Match], *, more: bool) -> list[Any]:
        buttons = [button("全部", "do:match_all", primary=True)] if more else []
        if any(one.outcome is Outcome.NOT_MET for one in matches):
            buttons.append(button("为什么不符合", "do:match_why"))
        if profile.enterprise_id:
            buttons.append(button("资料有变", "do:profile_change"))
            missing = self._worth_asking(profile, matches)
            buttons += (
                [button(f"补充{self.content.by_id[missing].title}", f"do:profile_ask:{missing}")] if missing else []
            )
            fitting = [one.fact.card for one in matches if one.outcome is Outcome.MET and not one.fact.card.automatic]
            buttons += [button(f"申请{card.title}", f"do:apply:{card.id}") for card in fitting[:MOST_APPLY]]
        return [*buttons, button("问办事人员", "intent:human_agent")]


def matchable(fact: Fact, desk: PolicyDesk) -> bool:
    """Tell whether an enterprise can be held against a card: a benefit of home with rules, from a document in force."""
    card = fact.card
    ours = desk.home.level(fact.region) != "elsewhere" and fact.document.kind == "policy"
    return card.kind == "benefit" and bool(card.rules) and ours
