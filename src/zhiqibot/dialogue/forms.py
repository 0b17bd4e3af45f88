"""Forms as data classes: each field says how it is asked for and how an answer is read.

```python
@dataclass(frozen=True)
class Booking:
    session_id: str = question("想参加哪一场？", read=chosen_session, label="场次")
    attendees: int = question("几位参加？", read=from_slot("attendees"), label="人数", default=1)
```
A field with a default is never asked for on its own, but may be given or corrected at any time.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass
from datetime import datetime
from typing import Any

from zhiqibot.core.messages import Button, OutboundMessage
from zhiqibot.dialogue.turn import Reply, Speaker, Turn


@dataclass(frozen=True)
class Hearing:
    """What a reader gets: a sentence, the slots found in it, and the circumstances."""

    text: str
    slots: Mapping[str, Any]
    now: datetime
    speaker: Speaker
    asked: bool
    """True when the bot has just asked for this very field: the whole sentence may be the answer."""


Reader = Callable[[Hearing], Any]
"""Returns a JSON-able value, or None when the sentence holds none. May raise PersonError to say what is wrong."""


@dataclass(frozen=True)
class Field:
    """One question of a form."""

    name: str
    ask: str
    read: Reader
    label: str
    required: bool
    default: Any
    free_text: bool
    buttons: tuple[Button, ...]
    example: str
    derived: bool
    """Follows from other fields: an addition does not change it, a correction does."""
    claims: bool
    """A sentence that holds a value for it belongs to the form, even if it looks like another request."""


def question(
    ask: str,
    *,
    read: Reader,
    label: str,
    default: Any = MISSING,
    free_text: bool = False,
    buttons: Sequence[Button] = (),
    example: str = "",
    claims: bool = False,
    derived: bool = False,
) -> Any:
    """Declare a form field. `free_text` fields take any sentence as the answer unless it is clearly another request;
    a value for one that `claims` keeps a sentence from being taken for another request."""
    metadata = {
        "ask": ask,
        "read": read,
        "label": label,
        "free_text": free_text,
        "buttons": tuple(buttons),
        "example": example,
        "claims": claims,
        "derived": derived,
    }
    return dataclasses.field(default=default, metadata=metadata)


def fields_of(form: type) -> tuple[Field, ...]:
    """Return the questions of a form class, in order."""
    return tuple(
        Field(
            name=one.name,
            ask=one.metadata["ask"],
            read=one.metadata["read"],
            label=one.metadata["label"],
            required=one.default is MISSING,
            default=None if one.default is MISSING else one.default,
            free_text=one.metadata["free_text"],
            buttons=one.metadata["buttons"],
            example=one.metadata["example"],
            claims=one.metadata["claims"],
            derived=one.metadata["derived"],
        )
        for one in dataclasses.fields(form)
    )


@dataclass(frozen=True)
class Ask:
    """A question a form's `resolve` wants asked instead of going on; `field` is where the answer goes."""

    field: str
    message: OutboundMessage


@dataclass(frozen=True)
class FormSpec:
    """A registered form: how to fill, check, confirm and finish it."""

    intent: str
    title: str
    form: type
    fields: tuple[Field, ...]
    finish: Callable[[Turn, Any], Reply]
    resolve: Callable[[Turn, dict[str, Any]], Ask | None] | None = None
    """Looks up what the values mean (and may complete them); returns a question when that is not clear yet.
    Raises PersonError when the whole cannot be done."""
    confirm: Callable[[Turn, Any], OutboundMessage] | None = None
    """What the person is to say yes to; None: nothing is filed that needs it."""
    opening: Callable[[Turn], str] | None = None
    """What to say before the first question, from the sentence that opened the form."""
    supplement: str = ""
    """The free-text field that takes what a person adds while asked to confirm."""
    aside: Callable[[Turn], Reply | None] | None = None
    """Takes a sentence before it is read as a value or as another request: a question about the form itself, say.
    It may change the form's values, or close it, and then says what comes next; None: not for it."""
    kept: str = ""
    """What to say when the person decides against it (a no to the confirmation, or “取消”): the form is closed.
    Empty: a no asks what to change instead."""
    gathers: int = 0
    """A sentence that fills so many fields belongs to the form, whatever it sounds like; 0: none does by that alone."""

    def field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)

    def build(self, values: Mapping[str, Any]) -> Any:
        """Return the form object; fields not given take their default."""
        return self.form(**{one.name: values.get(one.name, one.default) for one in self.fields})


# -- readers ----------------------------------------------------------------------------------------------------


def from_slot(*names: str) -> Reader:
    """Read the first of these slots that understanding found."""

    def read(hearing: Hearing) -> Any:
        return next((hearing.slots[name] for name in names if hearing.slots.get(name) not in (None, "")), None)

    return read


def sentence(*, shortest: int = 2, longest: int = 2000, slot: str = "") -> Reader:
    """Read a whole sentence when asked for it; unasked, only what understanding put in `slot`."""

    def read(hearing: Hearing) -> str | None:
        if hearing.asked:
            text = hearing.text.strip()
            return text[:longest] if len(text) >= shortest else None
        value = hearing.slots.get(slot) if slot else None
        return str(value)[:longest] if value else None

    return read
