"""A form that was cancelled can be taken up again: “还是登记一下吧”, “重来”, for a while."""

import re
from datetime import datetime, timedelta

from zhiqibot.dialogue.turn import Memory, OpenForm

KEPT_FOR = timedelta(minutes=30)
KEY = "dropped"
"""Where the form is, in `memory.recent`."""
_AFTER_ALL = re.compile(
    r"^(?:等等|等一下|不对|算了|那|[哎唉]呀?|要不|想了想|我|俺)*[，, ]*(?:(?:还是|又想|要不还是)[^，,。！!？?]{0,6}(?:登记|报|交|提交|办|发|订|约|来|去|参加|弄|记)(?:一下|上|了)?[吧啊。！!]*|"
    r"重来|重新来|恢复|捡回来|找回来|接着刚才的|刚才(?:那个|的)?(?:还是)?(?:继续|恢复))[吧。！!]*$"
)


def keep(memory: Memory, form: OpenForm) -> None:
    """Remember a form that is being cancelled."""
    memory.recent[KEY] = form.as_json()


def taken_up(memory: Memory, text: str, now: datetime) -> OpenForm | None:
    """Return the form cancelled last when a sentence wants it after all; it is forgotten then, and after a while."""
    kept = memory.recent.get(KEY)
    if not kept or memory.form:
        return None
    if now - datetime.fromisoformat(kept["touched_at"]) > KEPT_FOR:
        memory.recent.pop(KEY)
        return None
    if not _AFTER_ALL.match(text.strip()):
        return None
    form = OpenForm(**memory.recent.pop(KEY))
    form.touched_at, form.refused, form.tries = now.isoformat(), False, 0
    return form
