"""Questions that compare two things: “A和B有啥区别”, “A跟B哪个多”."""

import re

_ASKED = (
    r"(?:之间|两[个项样种]|这俩|俩)?(?:的|都)?(?:有|是)?(?:啥|什么|哪些|多大)?(?:的)?"
    r"(?:区别|不同|不一样|差别|差异|分别|哪一?个|哪种|哪样|谁(?:的)?(?:多|高|好|划算)|一样[吗不么]|是一回事|是不是一回事|一回事)"
)
_PAIR = re.compile(rf"(?P<one>[^,，。？?、]{{2,18}}?)(?:和|跟|与|同|还是)(?P<other>[^,，。？?、]{{2,18}}?){_ASKED}")
_LEAD = re.compile(r"^(?:请问|那个?|想问下?|问一下|我想知道|你说|比较一?下|对比一?下|对比|比较)+")
_WITH_US = re.compile(
    r"[,，]?(?:跟|和|与|同|比)(?:咱|我|俺)们?(?:县|方城|这里?|这边|本地)?(?:里|的)?(?:相?比|比较|对比|一样)(?:起来)?(?:谁|哪个|哪边|有啥|有什么|的话)?(?:更)?(?:高|多|好|大|快|少|区别|不同)?"
)
_BACK = re.compile(r"^(?:那|这|它|前面|上面|刚才)")
"""“那个和见习补贴有啥区别” compares with what was spoken of, which its words do not name."""


def spelled_out(text: str, county: str) -> str:
    """Return a question that compares with “咱县” with the county's name in the place of these words."""
    bare = _WITH_US.sub("", text)
    return text if bare == text else f"{county}和{bare}"


def compared(text: str) -> tuple[str, str] | None:
    """Return the two things a question compares, or None where it compares nothing."""
    found = _PAIR.search(text)
    if found is None:
        return None
    one, other = _LEAD.sub("", found["one"].strip()), found["other"].strip()
    if len(one) < 2 or _BACK.search(one):
        return None
    return one, other
