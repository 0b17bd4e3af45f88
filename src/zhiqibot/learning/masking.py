"""Masking of what is kept: more than in a log, because kept sentences are shown, exported and learnt from."""

import re
from collections.abc import Iterable

from zhiqibot.core.privacy import clean, mask, mask_name

LONGEST = 300
"""Characters that are kept of a message."""
_USCC = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Za-z]*\d)([0-9A-Za-z]{4})[0-9A-Za-z]{10}([0-9A-Za-z]{4})(?![0-9A-Za-z])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_SPELT_OUT = re.compile(r"[零〇一二三四五六七八九幺两]{7,}")
"""A telephone number as voice input writes it."""
_INTRODUCED = re.compile(
    r"((?:我叫|俺叫|名叫|联系人|姓名|法人代表|法定代表人)(?:[是为叫]|[：:])?\s*)"
    r"([\u4e00-\u9fff]{2,3}?)(?=电话|手机|微信|联系|[，,。；;、（(\s\d：:]|的|$)"
)


def masked(text: str, names: Iterable[str] = ()) -> str:
    """Return a message as it may be kept: phone, identity and card numbers, USCC, mail and known names hidden."""
    text = _SPELT_OUT.sub("****", _MAIL.sub("****@****", mask(clean(text))))
    text = _USCC.sub(r"\1**********\2", text)
    for name in names:
        if len(name) > 1:
            text = text.replace(name, mask_name(name))
    text = _INTRODUCED.sub(lambda found: found[1] + mask_name(found[2]), text)
    return " ".join(text.split())[:LONGEST]
