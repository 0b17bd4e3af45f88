"""Masking of what is kept: more than in a log, because kept sentences are shown, exported and learnt from."""

import re
from collections.abc import Iterable

from zhiqibot.core.personal import find_names
from zhiqibot.core.privacy import clean, mask, mask_name

LONGEST = 300
"""Characters that are kept of a message."""
_USCC = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]*\d)([0-9A-Za-z]{4})[0-9A-Za-z]{10}([0-9A-Za-z]{4})(?![0-9A-Za-z])")


def masked(text: str, names: Iterable[str] = ()) -> str:
    """Return a message as it may be kept: numbers and accounts of persons, USCC, known and introduced names hidden."""
    text = _USCC.sub(r"\1**********\2", mask(clean(text)))
    for name in names:
        if len(name) > 1:
            text = text.replace(name, mask_name(name))
    for start, end in reversed(find_names(text)):
        text = text[:start] + mask_name(text[start:end]) + text[end:]
    return " ".join(text.split())[:LONGEST]
