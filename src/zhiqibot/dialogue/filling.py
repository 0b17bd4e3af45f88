"""Filling one form: take what a sentence holds, ask for what is missing, confirm, correct, finish."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zhiqibot.core.errors import PersonError
from zhiqibot.core.messages import Button, OutboundMessage
from zhiqibot.dialogue.forms import Ask, Field, FormSpec, Hearing
from zhiqibot.dialogue.repair import (
    find_correction,
    is_correction,
    nearest,
    replace_in_values,
    said_instead,
    without_command,
    without_correction_words,
)
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.short_answers import only_heard
from zhiqibot.dialogue.turn import OpenForm, Speaker, Turn, as_list, button, say
from zhiqibot.nlu.understanding import Act

SHOWN = 20
"""Characters of an answer that are repeated when it did not fit."""
PATIENCE = 2
"""After so many answers that did not fit, offer a way out."""

ADDS, ADDS_MORE = 4, 10
"""Characters from which a sentence at the confirmation is an addition: without and with a field it also fills."""

TELLS = 3
"""Characters from which “不是缺人，是人老走” tells what the matter is; less (“是燃气，不是电”) only names a field."""

SlotsOf = Callable[[str, datetime], Mapping[str, Any]]

CONFIRM_BUTTONS = (
    button("确认提交", "yes", primary=True),
    button("修改", "no"),
    button("取消", "cancel", danger=True),
)


@dataclass(frozen=True)
class Filling:
    """Works on `turn.memory.form`; a finished or abandoned form is taken out of the memory."""

    router: Router
    slots_of: SlotsOf
    """All slots of a sentence, whatever its intent."""
    timeout: timedelta = timedelta(minutes=30)

    def lapsed(self, form: OpenForm, now: datetime) -> bool:
        """Tell whether the person has left the form alone for too long."""
        return bool(form.touched_at) and now - datetime.fromisoformat(form.touched_at) > self.timeout

    def begin(self, turn: Turn) -> list[OutboundMessage]:
        """Open the form of `turn.act` with what its sentence already says."""
        form, spec = self._open(turn)
        heard = Hearing(turn.act.text, turn.act.slots, turn.now, turn.speaker, asked=False)
        form.values.update(self._heard(spec, heard))
        form.values.update(self._taken_back(turn, spec, form.values))
        try:
            replies = self.prompt(turn, spec)
        except PersonError:
            turn.memory.form = None
            raise
        opening = spec.opening(turn) if spec.opening and form.asked else ""
        if opening:
            replies[0] = replies[0].model_copy(update={"text": f"{opening}{replies[0].text}"})
        return replies

    def take(self, turn: Turn, move: str, argument: str, slots: Mapping[str, Any]) -> list[OutboundMessage]:
        """Take one answer (`move` is a short answer or a pressed button's kind) and say what comes next."""
        form, spec = self._open(turn)
        before, asked = dict(form.values), form.asked
        try:
            return self._not_twice(turn, form, asked, self._take(turn, form, spec, move, argument, slots))
        except PersonError:
            if turn.memory.form is form:
                form.values, form.asked = before, asked
            raise

    def prompt(self, turn: Turn, spec: FormSpec) -> list[OutboundMessage]:
        """Ask for the next missing thing, or for the confirmation, or finish."""
        form, _ = self._open(turn)
        missing = next((f for f in spec.fields if f.required and f.name not in form.values), None)
        if missing:
            return [self._ask(form, missing)]
        ask = spec.resolve(turn, form.values) if spec.resolve else None
        if isinstance(ask, Ask):
            form.asked = ask.field
            return [ask.message]
        form.asked = ""
        if spec.confirm:
            summary = spec.confirm(turn, spec.build(form.values))
            return [summary if summary.buttons else summary.model_copy(update={"buttons": CONFIRM_BUTTONS})]
        return self._finish(turn, form, spec)

    def answers(self, spec: FormSpec, form: OpenForm, act: Act) -> bool:
        """Tell whether a sentence answers the (not free-text) question that was asked."""
        if not form.asked:
            return False
        heard = Hearing(act.text, act.slots, datetime.fromisoformat(form.touched_at), _NOBODY, asked=True)
        try:
            return spec.field(form.asked).read(heard) is not None
        except PersonError:
            return True

    def claims(self, spec: FormSpec, form: OpenForm, act: Act, slots: Mapping[str, Any]) -> bool:
        """Tell whether a sentence gives a value to a field that claims it."""
        heard = Hearing(act.text, slots, datetime.fromisoformat(form.touched_at), _NOBODY, asked=False)
        values = {field.name: field.read(heard) for field in spec.fields if field.claims}
        return any(value is not None for value in values.values())

    def gathers(self, spec: FormSpec, form: OpenForm, act: Act) -> bool:
        """Tell whether a sentence gives values to as many fields as make it the form's."""
        heard = Hearing(act.text, act.slots, datetime.fromisoformat(form.touched_at), _NOBODY, asked=False)
        return spec.gathers > 0 and sum(field.read(heard) is not None for field in spec.fields) >= spec.gathers

    # -- one answer ---------------------------------------------------------------------------------------------

    def _take(
        self, turn: Turn, form: OpenForm, spec: FormSpec, move: str, argument: str, slots: Mapping[str, Any]
    ) -> list[OutboundMessage]:
        if move == "set":
            return self._set(turn, form, spec, argument)
        if form.asked:
            return self._answer(turn, form, spec, move, slots)
        refused, form.refused = form.refused, move == "no"
        if move == "yes" and refused and only_heard(turn.text):  # “好”, to “要改哪里？”, is no yes to the whole
            return [say("还没有提交，请再核对一遍："), *self.prompt(turn, spec)]
        if move == "yes":
            return self._finish(turn, form, spec)
        if move == "no" and spec.kept:
            turn.memory.form = None
            return [say(spec.kept)]
        if move == "no":
            return [say(self._what_to_change(spec))]
        return self._change(turn, form, spec, move, slots)

    def _set(self, turn: Turn, form: OpenForm, spec: FormSpec, argument: str) -> list[OutboundMessage]:
        name, _, value = argument.partition("=")
        known = {one.name for one in spec.fields}
        if name not in known:
            return [say("这个按钮属于之前的对话，已经失效了。"), *self.prompt(turn, spec)]
        if not any(offered == f"set:{argument}" for _, offered in turn.memory.choices):
            heard = Hearing(value, self.slots_of(value, turn.now), turn.now, turn.speaker, asked=True)
            read = spec.field(name).read(heard) if value else None  # an old or made-up button is only words
            if read is None:
                return [say("这个按钮属于之前的对话，已经失效了。"), *self.prompt(turn, spec)]
            value = read
        form.values[name] = value
        form.tries = 0
        return self.prompt(turn, spec)

    def _answer(
        self, turn: Turn, form: OpenForm, spec: FormSpec, move: str, slots: Mapping[str, Any]
    ) -> list[OutboundMessage]:
        """Read the answer to the question asked; a correction of another field is taken too."""
        asked = spec.field(form.asked)
        if move == "skip":
            return self._skip(turn, form, spec, asked)
        if move == "yes" and (first := _first_choice(turn, asked.name)):
            return self._set(turn, form, spec, first)
        if move == "yes" and asked.free_text:
            return self._misunderstood(turn, form, asked)
        if move == "no" and asked.free_text:
            return [say(f"好的，您慢慢说。{asked.ask}", buttons=asked.buttons)]
        before = dict(form.values)
        corrected = self._correct(turn, form, spec, slots) if is_correction(turn.text) else False
        if corrected:
            form.tries = 0
            return self._noted(turn, spec, [name for name in form.values if form.values[name] != before.get(name)])
        correction = find_correction(turn.text)
        if correction and asked.free_text and len(correction.new) < TELLS:  # corrects what was never said as a value
            return [say(f"好的，是{correction.new}。{asked.ask}", buttons=asked.buttons)]
        value = asked.read(Hearing(turn.text, slots, turn.now, turn.speaker, asked=True))
        if value is None:
            others = self._heard(spec, Hearing(turn.text, slots, turn.now, turn.speaker, asked=False))
            fresh = {name: found for name, found in others.items() if form.values.get(name) != found}
            if not fresh:
                return self._misunderstood(turn, form, asked)
            form.values.update(fresh)
            form.tries = 0
            return self._noted(turn, spec, fresh)
        extra = self._heard(spec, Hearing(turn.text, slots, turn.now, turn.speaker, asked=False))
        form.values.update({k: v for k, v in extra.items() if _unsaid(form, spec, k) and not asked.free_text})
        form.values[asked.name] = value
        form.tries = 0
        return self.prompt(turn, spec)

    def _noted(self, turn: Turn, spec: FormSpec, fresh: Iterable[str]) -> list[OutboundMessage]:
        """Say which other fields an answer filled, and go on asking."""
        replies = self.prompt(turn, spec)
        labels = "、".join(spec.field(name).label for name in fresh if spec.field(name).label)
        told = not labels or replies[0].text.startswith("好的，")  # the form names them itself
        if turn.memory.form and turn.open_form.asked and not told:
            replies[0] = replies[0].model_copy(update={"text": f"好的，{labels}记下了。{replies[0].text}"})
        return replies

    def _not_twice(
        self, turn: Turn, form: OpenForm, asked: str, replies: list[OutboundMessage]
    ) -> list[OutboundMessage]:
        """The same question a second time says that the answer did not fit, and how to get out."""
        before = str(turn.memory.last[-1].get("text", "")) if turn.memory.last else ""
        if not asked or form.asked != asked or not replies or replies[-1].text not in before or form.tries:
            return replies
        way_out = [button("转人工", "intent:human_agent"), button("取消", "cancel", danger=True)]
        text = (
            f"抱歉，“{turn.text[:SHOWN]}”我没对上。{replies[-1].text}\n要是不好说清楚，可以转人工；不办了回复“取消”。"
        )
        again = replies[-1].model_copy(update={"text": text, "buttons": (*replies[-1].buttons, *way_out)})
        return [*replies[:-1], again]

    def _taken_back(self, turn: Turn, spec: FormSpec, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the end of “给甲，不是，给乙” says in the place of what its beginning said."""
        after = said_instead(turn.act.text)
        if not after:
            return {}
        heard = Hearing(after, self.slots_of(after, turn.now), turn.now, turn.speaker, asked=False)
        plain = {one.name for one in spec.fields if not one.free_text and not one.derived}
        return {name: new for name, new in self._heard(spec, heard).items() if name in plain and values.get(name)}

    def _skip(self, turn: Turn, form: OpenForm, spec: FormSpec, asked: Field) -> list[OutboundMessage]:
        if asked.required and asked.name not in form.values:
            text = f"「{asked.label}」是办理必需的，没有它没法提交。{asked.ask}（不想办了可以回复“取消”）"
            return [say(text, buttons=asked.buttons)]
        form.values.setdefault(asked.name, asked.default)
        return self.prompt(turn, spec)

    def _change(
        self, turn: Turn, form: OpenForm, spec: FormSpec, move: str, slots: Mapping[str, Any]
    ) -> list[OutboundMessage]:
        """While waiting for a yes: take corrections and additions, then show the whole again."""
        if move == "skip" or self._correct(turn, form, spec, slots):
            return self.prompt(turn, spec)
        found = self._heard(spec, Hearing(turn.text, slots, turn.now, turn.speaker, asked=False))
        fresh = {k: v for k, v in self._fresh(form, spec, found).items() if not spec.field(k).derived}
        form.values.update(fresh)
        if spec.supplement and self._adds(turn, spec, slots) and len(turn.text) >= (ADDS_MORE if fresh else ADDS):
            form.values[spec.supplement] = f"{form.values.get(spec.supplement, '')}；补充：{turn.text}"
            return [say("好的，已补充进去。"), *self.prompt(turn, spec)]
        if fresh:
            return self.prompt(turn, spec)
        form.tries += 1
        buttons = self.prompt(turn, spec)[-1].buttons
        return [say("还差您一句话：没问题请回复“确认”，要改哪里直接说，不办了回复“取消”。", buttons=buttons)]

    def _adds(self, turn: Turn, spec: FormSpec, slots: Mapping[str, Any]) -> bool:
        """Tell whether a sentence says anything the form's story can take."""
        heard = Hearing(turn.text, slots, turn.now, turn.speaker, asked=True)
        return spec.field(spec.supplement).read(heard) is not None

    def _correct(self, turn: Turn, form: OpenForm, spec: FormSpec, slots: Mapping[str, Any]) -> bool:
        """Apply “不对，是燃气不是电”, “改成三个人”; tell whether anything changed."""
        if not is_correction(turn.text):
            return False
        new_text = without_correction_words(turn.text)
        correction = find_correction(turn.text) or nearest(form.values, new_text)
        if correction:
            changed = replace_in_values(form.values, correction)
            if changed:
                form.values.update(changed)
                self._reread(turn, form, spec, changed)
                return True
            new_text = correction.new
        new_slots = {**slots, **self.slots_of(new_text, turn.now)} if new_text != turn.text else slots
        found = self._heard(spec, Hearing(new_text, new_slots, turn.now, turn.speaker, asked=False))
        fresh = self._fresh(form, spec, found)
        said = {name: value for name, value in fresh.items() if not spec.field(name).derived}
        if said or (fresh and not spec.supplement):
            form.values.update(fresh)
            return True
        if spec.supplement and form.values.get(spec.supplement) and len(new_text) >= 2:
            form.values[spec.supplement] = f"{form.values[spec.supplement]}；更正：{without_command(new_text)}"
            self._reread(turn, form, spec, {spec.supplement: new_text})
            return True
        return False

    def _reread(self, turn: Turn, form: OpenForm, spec: FormSpec, changed: Mapping[str, Any]) -> None:
        """What was derived from a text that has changed (topic, urgency) is derived anew."""
        for text in changed.values():
            slots = self.slots_of(str(text), turn.now)
            found = self._heard(spec, Hearing(str(text), slots, turn.now, turn.speaker, asked=False))
            form.values.update({k: v for k, v in found.items() if k != spec.supplement})

    # -- helpers ------------------------------------------------------------------------------------------------

    def _open(self, turn: Turn) -> tuple[OpenForm, FormSpec]:
        form = turn.open_form
        return form, self.router.forms[form.intent]

    def _fresh(self, form: OpenForm, spec: FormSpec, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a sentence changes; the field that takes additions is never replaced by one."""
        return {k: v for k, v in found.items() if k != spec.supplement and form.values.get(k) != v}

    def _heard(self, spec: FormSpec, heard: Hearing) -> dict[str, Any]:
        found = {one.name: one.read(heard) for one in spec.fields}
        return {name: value for name, value in found.items() if value is not None}

    def _ask(self, form: OpenForm, field: Field) -> OutboundMessage:
        form.asked = field.name
        return say(field.ask, buttons=field.buttons)

    def _misunderstood(self, turn: Turn, form: OpenForm, asked: Field) -> list[OutboundMessage]:
        form.tries += 1
        example = f"例如：{asked.example}" if asked.example else ""
        text = f"抱歉，没看懂您说的{asked.label}。{asked.ask}{example}"
        if form.tries >= PATIENCE:
            way_out = [button("转人工", "intent:human_agent"), button("取消", "cancel", danger=True)]
            return [say(f"{text}\n要是不好说清楚，可以转人工，或者先取消。", buttons=[*asked.buttons, *way_out])]
        offered = [] if asked.buttons else _offered(turn, asked.name)
        return [say(text, items=_listed(turn) if offered else (), buttons=asked.buttons or offered)]

    def _what_to_change(self, spec: FormSpec) -> str:
        labels = "、".join(field.label for field in spec.fields if field.label)
        return f"好的，先不提交。要改哪里请直接说（可以改：{labels}），比如“不对，是……”；不办了请回复“取消”。"

    def _finish(self, turn: Turn, form: OpenForm, spec: FormSpec) -> list[OutboundMessage]:
        if spec.resolve and spec.confirm:  # the world may have changed since the question was asked
            ask = spec.resolve(turn, form.values)
            if isinstance(ask, Ask):
                form.asked = ask.field
                return [ask.message]
        replies = as_list(spec.finish(turn, spec.build(form.values)))
        if turn.memory.form is form:
            turn.memory.form = None
        return replies


_NOBODY = Speaker(person_id=None, role="enterprise")


def _unsaid(form: OpenForm, spec: FormSpec, name: str) -> bool:
    """Tell whether a field has no value yet, or was skipped: what is said of it later is taken."""
    return name not in form.values or form.values[name] == spec.field(name).default


def _offered(turn: Turn, field: str) -> list[Button]:
    """Return the buttons shown last for a field: a sentence that was not understood does not take them away."""
    return [button(label, value) for label, value in turn.memory.choices if value.startswith(f"set:{field}=")]


def _listed(turn: Turn) -> list[str]:
    """Return the list shown last, which the buttons kept stand for."""
    return [str(item) for item in turn.memory.last[-1].get("items", ())] if turn.memory.last else []


def _first_choice(turn: Turn, field: str) -> str:
    """Return what the only button offered for a field says: a plain yes takes it."""
    prefix = f"set:{field}="
    offered = [value.removeprefix("set:") for _, value in turn.memory.choices if value.startswith(prefix)]
    return offered[0] if len(offered) == 1 else ""
