"""“原《……》同时废止”: which documents a text says are repealed with it."""

import re

from zhiqibot.content.policies import fold

_REPEALS = re.compile(r"(?P<named>[^。；;\n]{2,200}?)(?:同时|即行|自行|随即|一并)?(?:予以)?(?:废止|停止执行|失效)")
_TITLE = re.compile(r"《([^《》]{4,80})》(?:\s*[（(]([^（）()]{4,40}[〔\[][^（）()]{4,20}号)[）)])?")
_SUFFIX = re.compile(r"[（(][^（）()]*[）)]$|[\s《》“”]")


def repealed_in(text: str) -> list[tuple[str, str]]:
    """Return (title, 文号 or nothing) of every document that a text says is repealed."""
    said = [found["named"] for found in _REPEALS.finditer(text)]
    return [(title, number) for part in said for title, number in _TITLE.findall(part)]


def is_the_one(title: str, number: str, named: tuple[str, str]) -> bool:
    """Tell whether a document is the one named: by its 文号 where both have one, else by its title less （试行）."""
    said_title, said_number = named
    if said_number and number:
        return _bare(said_number) == _bare(number)
    return _bare(_SUFFIX.sub("", said_title)) == _bare(_SUFFIX.sub("", title))


def _bare(text: str) -> str:
    return re.sub(r"[\s《》〔〕\[\]（）()“”]", "", fold(text))
