"""The calculator's questions as a form made from `_profile.yaml`, and how answers are read."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import make_dataclass
from typing import Any

from zhiqibot.content.profile import ProfileContent, Trait
from zhiqibot.core.messages import Button
from zhiqibot.dialogue.forms import Hearing, question
from zhiqibot.dialogue.turn import button
from zhiqibot.nlu.numerals import parse_number

NONE = "无"
WITHOUT = "!"
"""Before a value that was said not to be: “没有高企” takes it away and leaves the rest."""
LONGEST = 20
_LEAD = re.compile(r"^(?:我们?|俺们?|咱们?|企业|公司|厂子?|是|做|搞|干|主要|开|生产|的|就)+")
_TAIL = re.compile(r"(?:的|嘞|了|呢|吧|啊|行业|企业|公司)+$")

Reader = Callable[[Hearing], str | None]


def traits_form(content: ProfileContent) -> type:
    """Return the form of all traits; `enterprise` is whose they are, `again` the one to be asked anew."""
    fields: list[tuple[str, Any, Any]] = [
        ("enterprise", str, question("", read=enterprise_said, label="企业", default="")),
        ("again", str, question("", read=lambda _: None, label="", default="")),
    ]
    for trait in content.traits:
        asked = question(
            trait.ask,
            read=reader(trait, content),
            label=trait.title,
            default="",
            buttons=buttons_of(trait),
            example=trait.example,
        )
        fields.append((trait.id, str, asked))
    return make_dataclass("Traits", fields, frozen=True)


def buttons_of(trait: Trait) -> list[Button]:
    offered = [button(value.name, f"set:{trait.id}={value.name}") for value in trait.values if value.button]
    return [*offered, button("都没有", f"set:{trait.id}={NONE}")] if offered and trait.kind == "many" else offered


def reader(trait: Trait, content: ProfileContent) -> Reader:
    """Return what reads a trait from a sentence: its values joined by 、, or NONE for an answer that names none."""

    def read(hearing: Hearing) -> str | None:
        text = hearing.text.strip()
        if hearing.asked and content.is_question(text):
            return None
        found = content.named(trait, text)
        denied = content.denied(trait, text) if trait.kind == "many" else []
        if found and trait.kind == "number":
            number = parse_number(found[0])
            return found[0] if number is None else f"{float(number):g}"
        if found:
            return "、".join([*found, *(WITHOUT + one for one in denied)])
        if not hearing.asked:
            none = trait.kind == "many" and content.names_none(trait, text)
            return NONE if none else "、".join(WITHOUT + one for one in denied) or None
        if content.says_nothing(text) or content.denies_all(text):
            return NONE if trait.kind == "many" else trait.nothing or None
        if denied:
            return "、".join(WITHOUT + one for one in denied)
        plain = _TAIL.sub("", _LEAD.sub("", text))
        return plain[:LONGEST] if trait.open and len(plain) >= 2 else None

    return read


def enterprise_said(hearing: Hearing) -> str | None:
    """Read whose policies a cadre or the office asks about."""
    said = hearing.slots.get("enterprise") or hearing.slots.get("enterprise_name")
    return str(said) if said else (hearing.text.strip() or None if hearing.asked else None)


def listed(said: str) -> tuple[str, ...]:
    """Return the values of a field."""
    return () if said == NONE else tuple(one for one in said.split("、") if one and not one.startswith(WITHOUT))


def taken_away(said: str) -> tuple[str, ...]:
    """Return the values of a field that were said not to be."""
    return tuple(one.removeprefix(WITHOUT) for one in said.split("、") if one.startswith(WITHOUT))


def merged(
    content: ProfileContent, said: Mapping[str, str], known: Mapping[str, Collection[str]], again: str
) -> dict[str, tuple[str, ...] | None]:
    """Return what has to be stored of what was said: what is asked for replaces, what is mentioned is added.

    What the enterprise's trade is does not change by a word in passing."""
    stored: dict[str, tuple[str, ...] | None] = {}
    for name, text in said.items():
        trait = content.by_id[name]
        if not text:
            stored[name] = None
        elif name not in known or trait.kind == "number" or (name == again and (listed(text) or text == NONE)):
            stored[name] = listed(text)
        elif trait.kind == "many":
            now = _changed(known[name], text)
            if now != tuple(known[name]):  # who says it once more is not its source
                stored[name] = now
        elif not trait.fixed:
            stored[name] = listed(text)
    return stored


def _changed(known: Collection[str], text: str) -> tuple[str, ...]:
    """Return the values after a word in passing: what was named is added, what was denied is taken away."""
    if text == NONE:
        return ()
    gone = taken_away(text)
    return tuple(dict.fromkeys((*(one for one in known if one not in gone), *listed(text))))
