"""“我们能享受哪些政策” in a conversation: the questions as a form, the result, and what is asked about the result."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.orm import Session

from zhiqibot.core.messages import Button, OutboundMessage
from zhiqibot.dialogue.forms import Ask, Hearing
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.topics.policies.calculator import RECENT, Calculator
from zhiqibot.topics.policies.matching import Match, Outcome
from zhiqibot.topics.policies.profile import report
from zhiqibot.topics.policies.profile.asking import NONE, buttons_of, listed, merged, reader, taken_away
from zhiqibot.topics.policies.profile.profiles import EnterpriseProfile

MOST_APPLY = 2
"""Buttons “申请…” under a result."""
_NUMBER = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_NTH = re.compile(
    rf"^(?:[那就要想看问说]|我们?|申请|申报)*(?:第(?P<named>{_NUMBER})[项条个](?:政策)?.{{0,12}}|(?P<bare>{_NUMBER})项?)[吧。！!]*$"
)
_APPLIES = re.compile(r"^(?:我们?|那|就)*(?:要|想)?(?:申请|申报|报)")
_ADDS = re.compile(r"^(?:我们?|俺们?|咱们?)?(?:还|再|另外|也|加上|加个|加一个)(?!是|没)")
"""“还想搞学徒制” adds to what was said, also where it is asked for anew."""
_POLICY = "policy"
"""What the policy desk goes on with (“怎么申请”, “政策落不了地”)."""


@dataclass(frozen=True)
class Talking:
    """The handlers."""

    calculator: Calculator

    # -- the form -----------------------------------------------------------------------------------------------

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find out whose policies are asked about, then ask what nobody has said yet."""
        whose = self.calculator.whose(turn, values)
        if whose:
            return whose
        self._read_nothing(turn, values)
        self._leave_open(turn, values)
        again = values.get("again")
        if again:
            return None if again in values else self._ask(turn, values, again)
        known = self._profile(turn.session, values)
        missing = (one.id for one in self.calculator.content.traits if one.asked == "always")
        name = next((one for one in missing if one not in known.facts and one not in values), None)
        return self._ask(turn, values, name) if name else None

    def finish(self, turn: Turn, form: Any) -> Reply:
        """Remember what was said and show the result."""
        calculator = self.calculator
        values = {one.name: getattr(form, one.name) for one in fields(form)}
        enterprise_id = values.pop("enterprise") or ""
        again = values.pop("again")
        said = {name: values[name] for name in values if name in turn.open_form.values}
        before = (turn.memory.recent.get(RECENT) or {}).get("values") if again else None
        told = {name: listed(one) for name, one in (before or {}).items() if one}
        known = calculator.profiles.read(turn.session, enterprise_id).values if enterprise_id else told
        anew = "" if _ADDS.match(turn.text.strip()) else again
        stored = merged(calculator.content, said, known, anew)
        if enterprise_id:
            calculator.profiles.record(turn.session, turn.speaker, enterprise_id, stored, turn.now)
        of_stranger = {} if enterprise_id else {**(before or {}), **_as_said(stored)}  # kept in this talk alone
        turn.memory.recent[RECENT] = {"enterprise": enterprise_id, "values": of_stranger}
        changed = {again: stored.get(again) or tuple(known.get(again, ()))} if said.get(again) else {}
        return self.show(turn, f"改好了：{self.told(changed)}。" if changed else "")

    def told(self, values: Mapping[str, Sequence[str]]) -> str:
        """Return what was said of some traits, in words."""
        named = ((self.calculator.content.by_id[name], said) for name, said in values.items())
        return "，".join(
            f"{trait.title}记为“{'、'.join(said) or report.NONE}{trait.unit if said else ''}”" for trait, said in named
        )

    def _ask(self, turn: Turn, values: Mapping[str, Any], name: str) -> Ask:
        trait = self.calculator.content.by_id[name]
        return Ask(name, say(f"{self._noted(turn, values, name)}{trait.ask}", buttons=buttons_of(trait)))

    def _noted(self, turn: Turn, values: Mapping[str, Any], name: str) -> str:
        """When the question is asked once more because something else was said: name what was taken."""
        if turn.memory.form is None or turn.open_form.asked != name:
            return ""
        heard = Hearing(turn.text, turn.slots, turn.now, turn.speaker, asked=False)
        content = self.calculator.content
        found = {one.id: said for one in content.traits if (said := reader(one, content)(heard))}
        known = self._profile(turn.session, values).values  # what cannot change stays as it is on record
        kept = {one for one in found if content.by_id[one].fixed and one in known}
        taken = {one: said for one, said in found.items() if values.get(one) == said and one not in kept}
        sets = {one: listed(said) for one, said in taken.items() if said == NONE or listed(said)}
        gone = {one: without for one, said in taken.items() if (without := taken_away(said))}
        parts = [self.told(sets)] * bool(sets)
        parts += [f"{content.by_id[one].title}去掉“{'、'.join(without)}”" for one, without in gone.items()]
        parts += [
            f"{content.by_id[one].title}按登记的“{'、'.join(known[one])}”算，登记有误请联系{self.calculator.office}"
            for one in kept
            if listed(found[one]) != known[one]
        ]
        return f"好的，{'，'.join(parts)}。\n" if parts else ""

    def _read_nothing(self, turn: Turn, values: dict[str, Any]) -> None:
        """“没有” skips a question elsewhere; to “有没有这些” it is the answer."""
        asked, content = turn.open_form.asked if turn.memory.form else "", self.calculator.content
        trait = content.by_id.get(asked)
        if trait is None or values.get(asked) != "" or not content.says_nothing(turn.text):
            return
        if trait.kind == "many" or trait.nothing:
            values[asked] = trait.nothing or NONE

    def _leave_open(self, turn: Turn, values: dict[str, Any]) -> None:
        """“没有高企” tells of one thing that is not: where nothing else is known of its kind, that is still asked for."""
        known = self._profile(turn.session, values).values
        content, again = self.calculator.content, values.get("again")
        for trait in content.traits:
            said = str(values.get(trait.id) or "")
            if taken_away(said) and not listed(said) and trait.id not in known and trait.id != again:
                values.pop(trait.id)

    def _profile(self, session: Session, values: Mapping[str, Any]) -> EnterpriseProfile:
        enterprise_id = values.get("enterprise")
        return self.calculator.profiles.read(session, enterprise_id) if enterprise_id else EnterpriseProfile("")

    # -- the result ---------------------------------------------------------------------------------------------

    def show(self, turn: Turn, head: str = "") -> OutboundMessage:
        """Say in a few lines what the enterprise fits, by which facts, and where the whole is."""
        profile, matches = self.calculator.recent(turn)
        shown = report.best(matches)
        self._remember(turn, profile, shown)
        lines = [
            head,
            f"{self._name(turn, profile)}{report.counts(matches)}",
            report.facts_line(profile, self.calculator.content),
            *report.differences(profile, self.calculator.content, self.calculator.office),
            *report.short(shown),
            *report.others(matches, shown),
            self._open_question(profile),
            "发“第1项”看那一项的条件和办法，发“全部”看完整清单。" if shown else "发“全部”看完整清单。",
            self._print_line(turn, profile),
            report.DISCLAIMER,
        ]
        buttons = [button("全部", "do:match_all", primary=True), *self._buttons(profile, matches)]
        return say("\n".join(line for line in lines if line), buttons=buttons)

    def everything(self, turn: Turn) -> Reply:
        """List every policy with the conditions that decide."""
        profile, matches = self.calculator.recent(turn)
        self._remember(turn, profile, matches)
        lines = [report.counts(matches), *report.complete(matches), report.DISCLAIMER]
        return say("\n".join(lines), buttons=self._buttons(profile, matches))

    def why(self, turn: Turn) -> Reply:
        """Say why what does not fit does not fit."""
        profile, matches = self.calculator.recent(turn)
        lines = [
            *report.reasons(matches),
            report.facts_line(profile, self.calculator.content),
            "资料不对的话，点“资料有变”改一下。",
        ]
        return say("\n".join(lines), buttons=[button("资料有变", "do:profile_change")])

    def print(self, turn: Turn) -> Reply:
        """Give the link of the printable page."""
        profile, _ = self.calculator.recent(turn)
        if not profile.enterprise_id:
            return say(
                "打印版里有企业资料，要先绑定企业身份才能给您，免得给错人。",
                buttons=[button("绑定企业", "intent:bind_identity"), button("看结果", "do:match_show")],
            )
        text = f"{self._name(turn, profile)}{self._print_line(turn, profile)}\n点开就能看，用浏览器的“打印”可以打出来或存成 PDF；链接请不要转给别的企业。"
        return say(text, buttons=[button("看结果", "do:match_show")])

    def item(self, turn: Turn) -> Reply:
        """Show one policy of the list in full, by its number."""
        place = place_in(turn.text)
        shown = (turn.memory.recent.get(RECENT) or {}).get("shown") or []
        _, matches = self.calculator.recent(turn)
        one = next((m for m in matches if shown[place - 1 : place] == [m.fact.card.id]), None) if place else None
        if one is None:
            return say(
                f"刚才的清单里没有这一项，一共列了 {len(shown)} 项。", buttons=[button("看结果", "do:match_show")]
            )
        card = one.fact.card
        turn.memory.recent[_POLICY] = {
            "question": card.title,
            "said": card.title,
            "cards": [card.id],
            "topic": card.topics[0] if card.topics else "other",
            "refused": False,
        }
        turn.memory.intent = "ask_policy"  # “怎么弄” goes on with it
        buttons = [button(f"申请{card.title}", f"do:apply:{card.id}", primary=True)] if self._may_apply(one) else []
        buttons += [button("看结果", "do:match_show"), button("问办事人员", "do:policy_ask_unit")]
        return say("\n".join(report.detail(place, one)), buttons=buttons)

    def wants_to_apply(self, turn: Turn) -> str:
        """Return the id of the policy of the list that a sentence (“申请第2项”) applies for, or nothing."""
        shown = (turn.memory.recent.get(RECENT) or {}).get("shown") or []
        place = place_in(turn.text) if _APPLIES.match(turn.text.strip()) else 0
        return str(shown[place - 1]) if 0 < place <= len(shown) else ""

    # -- helpers ------------------------------------------------------------------------------------------------

    def _remember(self, turn: Turn, profile: EnterpriseProfile, shown: Sequence[Match]) -> None:
        told = turn.memory.recent.get(RECENT) or {"enterprise": profile.enterprise_id, "values": {}}
        ids = [one.fact.card.id for one in shown]
        turn.memory.recent[RECENT] = {**told, "shown": ids, "at": turn.now.isoformat()}

    def _name(self, turn: Turn, profile: EnterpriseProfile) -> str:
        enterprise = turn.session.get(Enterprise, profile.enterprise_id) if profile.enterprise_id else None
        return f"{enterprise.name}：" if enterprise and turn.speaker.role != Role.ENTERPRISE else ""

    def _print_line(self, turn: Turn, profile: EnterpriseProfile) -> str:
        if not profile.enterprise_id:
            return ""
        links = self.calculator.links
        return f"打印版（{links.until(turn.now)}前有效）：{links.make(profile.enterprise_id, turn.now)}"

    def _open_question(self, profile: EnterpriseProfile) -> str:
        """Ask, without waiting, for what would have decided most and was not told."""
        values = profile.values
        open_ = [one for one in self.calculator.content.traits if one.asked == "always" and one.id not in values]
        if not open_:
            return ""
        example = f"，比如“{open_[-1].example}”" if open_[-1].example else ""
        return f"{'、'.join(one.title for one in open_)}还没说，说一句就能算得更准{example}。"

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
        told = self.calculator.content.completed(profile.values)
        offered = (one.id for one in self.calculator.content.traits if one.asked != "never")
        return next((one for one in offered if one in open_ and one not in told), None)

    def _may_apply(self, one: Match) -> bool:
        return one.outcome is not Outcome.NOT_MET and not one.fact.card.automatic

    def _buttons(self, profile: EnterpriseProfile, matches: Sequence[Match]) -> list[Button]:
        content = self.calculator.content
        buttons = []
        if any(one.outcome is Outcome.NOT_MET for one in matches):
            buttons.append(button("为什么不符合", "do:match_why"))
        buttons.append(button("资料有变", "do:profile_change"))
        missing = self._worth_asking(profile, matches)
        buttons += [button(f"补充{content.by_id[missing].title}", f"do:profile_ask:{missing}")] if missing else []
        fitting = [one.fact.card for one in matches if one.outcome is Outcome.MET and not one.fact.card.automatic]
        buttons += [button(f"申请{card.title}", f"do:apply:{card.id}") for card in fitting[:MOST_APPLY]]
        return [*buttons, button("问办事人员", "intent:human_agent")]


def _as_said(values: Mapping[str, Sequence[str] | None]) -> dict[str, str]:
    """Return values as a field holds them; empty where somebody was asked and did not answer."""
    return {name: "" if said is None else "、".join(said) or NONE for name, said in values.items()}


def place_in(text: str) -> int:
    """Return which of a list a sentence speaks of (“第2项怎么申请”, “2”), counted from 1; 0 where it names none."""
    said = _NTH.match(text.strip())
    return int(parse_number(said["named"] or said["bare"]) or 0) if said else 0
