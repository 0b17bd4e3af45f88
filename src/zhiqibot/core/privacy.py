"""Masking of personal data for logs, review queues and screens of people who need not see it."""

import re

_PHONE = re.compile(r"(?<!\d)((?:[+＋]?86[\s-]?)?[1１][3-9３-９]\d)[\s.-]?(\d{4})[\s.-]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)([0０]\d{2,3})[\s－-]?(?!20\d\d[01]\d)(\d{3,4})(\d{4})(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)(\d{6})[\s-]?(\d{8})[\s-]?(\d{3}[\dXxＸｘ])(?!\d)")
_CARD = re.compile(r"(?<!\d)(\d{4})(?:\d{8,11}|[\s-]\d{4}[\s-]\d{4}[\s-](?:\d{4}[\s-])?)(\d{3,4})(?!\d)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def mask_phone(phone: str) -> str:
    """Return 138****5678 for 13812345678; anything shorter than seven digits is hidden whole."""
    digits = re.sub(r"\D", "", phone)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 7 else "****"


def mask_name(name: str) -> str:
    """Return 王* for 王强, 欧** for 欧阳娜."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def mask(text: str) -> str:
    """Hide phone, identity-card and bank-card numbers inside a text."""
    text = _ID_NUMBER.sub(r"\1********\3", text)
    text = _CARD.sub(r"\1********\2", text)
    text = _PHONE.sub(r"\1****\3", text)
    return _LANDLINE.sub(r"\1-****\3", text)


def clean(text: str) -> str:
    """Drop control characters, direction overrides and lone surrogates that no message needs."""
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    return _CONTROL.sub("", whole).strip()
