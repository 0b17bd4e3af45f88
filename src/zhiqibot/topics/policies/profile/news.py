"""News of an enterprise: which sentences bring some, whose they are, and what they change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zhiqibot.content.profile import Trait, says
from zhiqibot.dialogue.turn import Turn
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.policies.calculator import INTENT, RECENT, Calculator
from zhiqibot.topics.policies.matching import Match
from zhiqibot.topics.policies.profile.profiles import EnterpriseProfile

UPDATE, CHANGE, ASK_ONE = "update_profile", "change_profile", "profile_ask"
WHY, ALL, SHOW, PRINT, ITEM, APPLY_ITEM = (f"match_{one}" for one in ("why", "all", "show", "print", "item", "apply"))
FOLLOWING = frozenset({INTENT, UPDATE, CHANGE, ASK_ONE, WHY, ALL, SHOW, PRINT, ITEM})
"""The requests after which a sentence may go on with the result shown."""
FRESH = timedelta(minutes=30)
"""How long a result is still spoken of after something else came between."""
LONGEST_NEWS = 60
SURE = 0.75
"""Of another intent, from which a sentence after a result is that request and no news."""


@dataclass(frozen=True)
class News:
    """Reads sentences; changes nothing."""

    calculator: Calculator

    def may_be(self, turn: Turn) -> bool:
        """Look at the words alone: every message is asked, and only few need the database."""
        if len(turn.text) > LONGEST_NEWS:
            return False
        content = self.calculator.content
        words = (*content.phrases.gained, *content.phrases.lost)
        tells = turn.memory.intent in FOLLOWING or self.fresh(turn)
        named = any(trait.named(turn.text) or content.names_none(trait, turn.text) for trait in content.traits)
        return (tells or says(turn.text, words)) and named

    def fresh(self, turn: Turn) -> bool:
        """Tell whether a result was shown so lately that it may still be spoken of."""
        at = (turn.memory.recent.get(RECENT) or {}).get("at")
        return at is not None and turn.now - datetime.fromisoformat(at) <= FRESH

    def stranger(self, turn: Turn) -> str:
        """Return a word for somebody unknown who has been told a result: what they say counts in this talk alone."""
        unknown = turn.speaker.role == Role.ENTERPRISE and not turn.speaker.enterprise_id
        return "stranger" if unknown and turn.memory.recent.get(RECENT) else ""

    def whose(self, turn: Turn) -> str:
        """Return whose news it would be; empty where that is not plain."""
        if turn.speaker.role == Role.ENTERPRISE:
            return turn.speaker.enterprise_id or ""
        if turn.speaker.role not in (Role.CADRE, Role.OFFICE) or len(turn.text) > LONGEST_NEWS:
            return ""
        found = self.calculator.profiles.directory.find_enterprise(turn.session, turn.text)
        if found:
            return found.id
        told = turn.memory.recent.get(RECENT) or {}
        spoken_of = str(told.get("enterprise") or "")
        known = turn.session.get(Enterprise, spoken_of) if spoken_of else None
        return known.id if known else ""

    def of(self, turn: Turn) -> dict[str, tuple[str, ...]]:
        """Return trait to values after the news; empty when the sentence brings none."""
        text, content = turn.text, self.calculator.content
        if content.corrects(text):
            text = content.statements(text)  # “能不能改一下，行业写错了，是做面粉的” asks and tells
        if len(text) > LONGEST_NEWS or content.is_question(text) or says(text, content.phrases.complains):
            return {}
        known = self.spoken_of(turn)[0].values
        after_result = self._tells(turn)
        news: dict[str, tuple[str, ...]] = {}
        for trait in content.traits:
            before = tuple(known.get(trait.id, ()))
            value = self._after(trait, text, before, tells=after_result)
            if value is not None and value != before:
                news[trait.id] = value
        return news

    def _after(self, trait: Trait, text: str, before: tuple[str, ...], *, tells: bool) -> tuple[str, ...] | None:
        """Return a trait's values after a sentence; None when it does not speak of it.

        `tells`: the sentence follows a result, so that any fact named is meant as one."""
        content = self.calculator.content
        gained, lost, corrects = content.gained(trait, text), content.lost(trait, text), content.corrects(text)
        if tells and not lost and (corrects or not trait.fixed):
            gained = gained or content.named(trait, text)
        if tells and trait.kind == "many":
            if content.names_none(trait, text):
                return ()
            lost = [*lost, *content.denied(trait, text)]
        if trait.kind == "many":
            over = (
                corrects and not trait.settled and bool(gained)
            )  # “说错了，是……” takes the place of all that was said
            kept = () if over else tuple(one for one in before if one not in lost)
            return tuple(dict.fromkeys((*kept, *gained))) if gained or set(lost) & set(before) else None
        if (trait.fixed and not corrects) or not gained:
            return None
        return tuple(gained[:1])

    def _tells(self, turn: Turn) -> bool:
        """Tell whether a sentence may state facts for the result's sake, and is not surely another request."""
        act = turn.act
        if turn.memory.intent in FOLLOWING:
            content = self.calculator.content
            if content.corrects(turn.text) or says(turn.text, content.phrases.removes):
                return True
            return act.intent in (INTENT, UPDATE, "out_of_scope", "report_issue", "deny") or act.confidence < SURE
        unclear = act.intent in (INTENT, "out_of_scope") or (act.intent != "report_issue" and act.confidence < SURE)
        return self.fresh(turn) and unclear

    def spoken_of(self, turn: Turn) -> tuple[EnterpriseProfile, list[Match]]:
        """Return the profile that news would change, and its matches; whether it may be changed is for `record`."""
        enterprise_id = self.whose(turn)
        if not enterprise_id:
            return self.calculator.recent(turn)
        profiles = self.calculator.profiles
        profile = profiles.read(turn.session, enterprise_id)
        return profile, self.calculator.matches(profile, turn.now)
