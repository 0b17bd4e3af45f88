"""The question whether to wait for a seat: an answer in words, by a button, or by a button's place."""

from collections.abc import Sequence
from typing import Any

from zhiqibot.core.messages import Button


def wish(values: dict[str, Any], shown: Sequence[Button]) -> str:
    """Take the wish out of `values` and return it: `yes`, `no`, `cancel` or what the button sets (`attendees=1`).

    A bare figure means the button at that place of `shown`; empty when there is no such button, or nothing was said."""
    said = str(values.pop("waitlist", "") or "")
    if not said.isdigit():
        return said
    place = int(said)
    value = shown[place - 1].value if 1 <= place <= len(shown) else ""
    return value.removeprefix("set:").removeprefix("waitlist=")
