"""Several matters of several units in one report: “第一，缺工；第二，贷款难”, “路灯坏了，另外贷款批不下来”."""

import re
from collections.abc import Callable

_COUNTED = re.compile(
    r"(?:^|[，,；;。：:\s])(?:第[一二三四五六](?:[件个]?(?:事|是)|(?=[，,、：:]))|[一二三四五六]是|其[一二三四]|[1-6][、.．](?!\d))[，,、：:]?"
)
_BESIDES = re.compile(
    r"[，,；;。！!\s]+(?:另外|此外|再一个|再就是|还有(?:就是|[一]?[个件]事|一[个件])|还想反映|顺便(?:反映|说)(?:一下|个)?)(?:的?(?:事|是))?[，,、：: ]*"
)
SHORTEST_MATTER, SURE_OF_MATTER = 4, 0.6
"""Characters of what follows “另外”, and how sure its topic must be, to be a matter of its own."""
LONGEST_LEAD = 10
"""Characters before “第一” that only announce the list (“三件事啊”)."""
SHORTEST_PART = 2


def matters(
    description: str, topic_of: Callable[[str], tuple[str, float]], unit_for: Callable[[str, str], str]
) -> list[str]:
    """Return the matters of a report that counts them, or tells one beside another where it is clear what each is
    about; `topic_of` gives topic and confidence, `unit_for` the unit of a topic and text."""
    lead, *told = _COUNTED.split(description)
    parts = [part.strip(" ，,；;。、：:") for part in told if len(lead) <= LONGEST_LEAD]
    counted = [part for part in parts if len(part) >= SHORTEST_PART]
    return counted or _beside(description, topic_of, unit_for)


def _beside(
    description: str, topic_of: Callable[[str], tuple[str, float]], unit_for: Callable[[str, str], str]
) -> list[str]:
    parts = [part.strip(" ，,；;。、：:") for part in _BESIDES.split(description)]
    clear = all(len(part) >= SHORTEST_MATTER and topic_of(part)[1] >= SURE_OF_MATTER for part in parts)
    units = {unit_for(topic_of(part)[0], part) for part in parts}
    return parts if clear and len(units) == len(parts) else []
