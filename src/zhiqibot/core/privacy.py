"""Masking of personal data for logs, review queues and screens of people who need not see it."""

import re

from zhiqibot.core.personal import Kind, Personal, find_personal

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def mask_phone(phone: str) -> str:
    """Return 138****5678 for 13812345678; anything shorter than seven digits is hidden whole."""
    digits = re.sub(r"\D", "", phone)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 7 else "****"


def mask_name(name: str) -> str:
    """Return 王* for 王强, 欧** for 欧阳娜."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def mask(text: str) -> str:
    """Hide telephones, identity and bank cards, plates, mail and messenger accounts inside a text."""
    found = find_personal(text)
    if not found:
        return text
    pieces, done = [], 0
    for one in found:
        start, end = one.span
        pieces += [text[done:start], _hidden(one, text[start:end])]
        done = end
    return "".join(pieces) + text[done:]


def _hidden(one: Personal, written: str) -> str:
    """Return what may be shown of a finding: enough to tell two apart, too little to reach anybody."""
    tail = "".join(filter(str.isalnum, written))[-4:]
    match one.kind:
        case Kind.MOBILE:
            country = written[: len(written) - len(_national(written))]
            return f"{country}{_national(written)[:3]}****{tail}"
        case Kind.LANDLINE:
            area = re.match(r"[(（]?(?:[0０][1１][0０]|[0０][2２]\d|[0０]\d{3})", written)
            return f"{area[0].lstrip('(（') if area else ''}-****{tail}"
        case Kind.IDENTITY:
            return f"{written[:6]}********{tail}"
        case Kind.CARD:
            return f"{written[:4]}********{tail}"
        case Kind.PLATE:
            return f"{written[:2]}****{written[-1]}"
        case Kind.MAIL:
            return "****@****"
    return "****"


def _national(written: str) -> str:
    """Return a mobile number without the country's code."""
    return re.sub(r"^(?:[+＋]|00)?(?:86|８６)[\s－-]?(?=[1１])", "", written)


def clean(text: str) -> str:
    """Drop control characters, direction overrides and lone surrogates that no message needs."""
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    return _CONTROL.sub("", whole).strip()
