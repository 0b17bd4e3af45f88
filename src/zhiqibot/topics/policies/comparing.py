"""Questions of two things: “A和B有啥区别”, “A跟B哪个多”, “A和B都归谁管”."""

import re

_ASKED = (
    r"(?:之间|两[个项样种]|这俩|俩)?(?:的|都)?(?:有|是)?(?:啥|什么|哪些|多大)?(?:的)?"
    r"(?:区别|不同|不一样|差别|差异|分别|哪一?个|哪种|哪样|谁(?:的)?(?:多|高|好|划算)|一样[吗不么]|是一回事|是不是一回事|一回事)"
)
_PAIR = re.compile(rf"(?P<one>[^,，。？?、]{{2,18}}?)(?:和|跟|与|同|还是)(?P<other>[^,，。？?、]{{2,18}}?){_ASKED}")
_EACH = re.compile(
    r"(?P<one>[^,，。？?、]{2,14}?)(?:和|跟|与|还有)(?P<other>[^,，。？?、]{2,14}?)(?:都|分别|各自?)"
    r"(?P<asked>(?:是|要|归|给|补|奖|有|能|去|找|怎么|咋|多少|哪|谁|什么|啥|几|在|该|由).{1,12})"
)
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


def each_asked(text: str) -> tuple[str, str] | None:
    """Return the two questions of one that asks the same of two things (“见习补贴和学徒制补贴都归谁管”), or None."""
    found = _EACH.fullmatch(text.strip())
    if found is None or _BACK.search(one := _LEAD.sub("", found["one"].strip())) or len(one) < 2:
        return None
    return f"{one}{found['asked']}", f"{found['other'].strip()}{found['asked']}"


def compared(text: str) -> tuple[str, str] | None:
    """Return the two things a question compares, or None where it compares nothing."""
    found = _PAIR.search(text)
    if found is None:
        return None
    one, other = _LEAD.sub("", found["one"].strip()), found["other"].strip()
    if len(one) < 2 or _BACK.search(one):
        return None
    return one, other
