"""Changing what is known of an enterprise: by a sentence (“我们今年刚评上专精特新”) or by “资料有变”."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhiqibot.content.profile import Trait, says
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.policies.calculator import INTENT, RECENT, Calculator
from zhiqibot.topics.policies.matching import Match, Outcome
from zhiqibot.topics.policies.profile import report
from zhiqibot.topics.policies.profile.asking import traits_form

UPDATE, CHANGE = "update_profile", "change_profile"
WHY = "match_why"
LONGEST_NEWS = 60
SURE = 0.75
"""Of another intent, from which a sentence after a result is that request and no news."""
_WHY = re.compile(
    r"(?:为(?:什么|啥|何)|咋|凭啥|凭什么|怎么).{0,6}(?:不符合|不够|不行|对不上|没有|领不了|拿不了)|差在哪|差哪"
)
_CHANGED = re.compile(
    r"^(?:我们?|俺们?|咱们?)?(?:企业|公司|厂)?(?:的)?(?:资料|信息|情况)(?:有变化?|变了|有误|不对|要改|需要改|有改动)[了吧。！!]*$"
)
_ALL = re.compile(r"^(?:看|发|要)?(?:一?下)?(?:全部|完整)(?:的)?(?:清单|政策)?[吧。！!]*$")

Begin = Callable[[Turn, str, str, dict[str, Any]], Reply]
"""Opens a form with what is known already."""


@dataclass(frozen=True)
class Updating:
    """Reads news of an enterprise and stores it; `begin` opens the calculator's form for one question."""

    calculator: Calculator
    begin: Begin

    def means(self, turn: Turn) -> str | None:
        """Tell whether a sentence brings news, or goes on from a result shown (“全部”, “为什么不符合”)."""
        if _CHANGED.match(turn.text.strip()):
            return CHANGE
        if turn.memory.intent in (INTENT, UPDATE, WHY):
            if _ALL.match(turn.text.strip()):
                return "match_all"
            if _WHY.search(turn.text):
                return WHY
        return UPDATE if self._may_be_news(turn) and self._whose(turn) and self._news(turn) else None

    def update(self, turn: Turn) -> Reply:
        """Store the news and say what changes by it."""
        enterprise_id = self._whose(turn)
        news = self._news(turn)
        calculator, profiles = self.calculator, self.calculator.profiles
        profiles.check_may_change(turn.session, turn.speaker, enterprise_id, turn.now)
        before = calculator.matches(profiles.read(turn.session, enterprise_id), turn.now)
        profiles.record(turn.session, turn.speaker, enterprise_id, dict(news), turn.now)
        turn.memory.recent[RECENT] = {"enterprise": enterprise_id, "values": {}}
        told = "，".join(
            f"{calculator.content.by_id[name].title}记为“{'、'.join(values) or report.NONE}"
            f"{calculator.content.by_id[name].unit if values else ''}”"
            for name, values in news.items()
        )
        gained = _newly_met(before, calculator.recent(turn)[1])
        head = f"记下了：{told}。" + (f"现在新符合：{'、'.join(gained)}。" if gained else "")
        return calculator.show(turn, head)

    def change(self, turn: Turn) -> Reply:
        """Show what is known, with a button for each thing that can be said anew."""
        profile, _ = self.calculator.recent(turn)
        if not profile.enterprise_id and turn.speaker.role != Role.ENTERPRISE:
            return say("请先说是哪家企业，比如“帮德润机械匹配一下政策”。")
        if not profile.enterprise_id:
            return say(
                "先绑定企业身份，我就能记住您的资料，以后不用再问。",
                buttons=[button("绑定企业", "intent:bind_identity")],
            )
        lines = [
            f"· {title}：{value}（{source}）"
            for title, value, source in report.facts_of(profile, self.calculator.content)
        ]
        traits = [one for one in self.calculator.content.traits if one.asked != "never"]
        buttons = [button(one.title, f"do:profile_ask:{one.id}") for one in traits]
        known = "\n".join(lines) if lines else "目前还没有记下贵企业的资料。"
        return say(
            f"现在记着的资料：\n{known}\n要改哪一项？点一下，或者直接说，比如“我们今年刚评上专精特新”。",
            buttons=buttons,
        )

    def ask_one(self, turn: Turn) -> Reply:
        """Ask for one thing anew."""
        trait = self.calculator.content.by_id.get(turn.argument)
        if trait is None or trait.asked == "never":
            return say("这个按钮已经失效了，请直接说要改什么。")
        told = turn.memory.recent.get(RECENT) or {}
        enterprise = str(told.get("enterprise") or turn.speaker.enterprise_id or "")
        return self.begin(turn, INTENT, "", {"again": trait.id, "enterprise": enterprise})

    # -- news ---------------------------------------------------------------------------------------------------

    def _may_be_news(self, turn: Turn) -> bool:
        """Look at the words alone: every message is asked, and only few need the database."""
        if len(turn.text) > LONGEST_NEWS:
            return False
        content = self.calculator.content
        words = (*content.phrases.gained, *content.phrases.lost)
        tells = turn.memory.intent in (INTENT, UPDATE, WHY)
        return (tells or says(turn.text, words)) and any(trait.named(turn.text) for trait in content.traits)

    def _whose(self, turn: Turn) -> str:
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

    def _news(self, turn: Turn) -> dict[str, tuple[str, ...]]:
        """Return trait to values after the news; empty when the sentence brings none."""
        text, content = turn.text, self.calculator.content
        if len(text) > LONGEST_NEWS or content.is_question(text) or says(text, content.phrases.complains):
            return {}
        known = self.calculator.profiles.read(turn.session, self._whose(turn)).values
        after_result = turn.memory.intent in (INTENT, UPDATE, WHY) and _is_statement(turn)
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
        gained, lost = content.gained(trait, text), content.lost(trait, text)
        if tells and not lost and not trait.fixed:
            gained = gained or content.named(trait, text)
        if trait.kind == "many":
            kept = tuple(one for one in before if one not in lost)
            return tuple(dict.fromkeys((*kept, *gained))) if gained or lost else None
        if trait.fixed or not gained:
            return None
        return tuple(gained[:1])


def _is_statement(turn: Turn) -> bool:
    """A sentence that is surely another request brings no facts, whatever it names; trouble is told in other words."""
    return turn.act.intent in (INTENT, UPDATE, "out_of_scope", "report_issue") or turn.act.confidence < SURE


def _newly_met(before: list[Match], after: list[Match]) -> list[str]:
    had = {one.fact.card.id for one in before if one.outcome is Outcome.MET}
    return [one.fact.card.title for one in after if one.outcome is Outcome.MET and one.fact.card.id not in had]


def register(router: Router, calculator: Calculator, begin: Begin) -> None:
    """Register match_policy, the buttons under its result, and news of an enterprise."""
    updating = Updating(calculator, begin)
    form = traits_form(calculator.content)
    router.form(INTENT, form, title="对一对能享受的政策", resolve=calculator.resolve)(calculator.finish)
    router.on(UPDATE, needs_identity=True)(updating.update)
    router.on(CHANGE, needs_identity=True)(updating.change)
    router.on(WHY)(calculator.why)
    router.on("match_all")(calculator.everything)
    router.readings.append(updating.means)
    router.press("match_all")(calculator.everything)
    router.press("match_why")(calculator.why)
    router.press("match_show")(calculator.show)
    router.press("profile_change")(updating.change)
    router.press("profile_ask")(updating.ask_one)
