"""“方政办〔2026〕31号第二条写的啥”: a document by its number, and a clause of it by its place."""

import re

from zhiqibot.content.policies import fold
from zhiqibot.nlu.numerals import parse_number

_COUNT = r"[一二三四五六七八九十百\d]{1,4}"
_DOCUMENT = re.compile(r"(?P<body>[\u4e00-\u9fff]{2,14})[〔\[(【](?P<year>20\d\d)[〕\])】]第?(?P<number>\d{1,4})号")
_SHORT = re.compile(r"(?<![\d〕\])】])(?P<number>\d{1,4})号(?:文件?|令)?(?=的?第)")
_PART = re.compile(rf"第(?P<part>{_COUNT})(?:部分|大项|章|块)|[(](?P<bracket>{_COUNT})[)]")
_CLAUSE = re.compile(rf"第(?P<clause>{_COUNT})(?:条|款|项|点)|[)](?P<bare>\d{{1,2}})(?!\d)")
_PLACES = re.compile(rf"第({_COUNT})(?:条|部分|章)|[(（]?({_COUNT})[)）、.．]?")


def document_named(text: str) -> str:
    """Return the number of a document as it is compared (方政办2026-31), its tail alone (-31), or nothing."""
    folded = fold(text)
    if whole := _DOCUMENT.search(folded):
        return f"{whole['body']}{whole['year']}-{whole['number']}"
    short = _SHORT.search(folded)
    return f"-{short['number']}" if short else ""


def is_of(number: str, named: str) -> bool:
    """Tell whether a document's number is the one named; the issuer may be written with words before it."""
    whole = _DOCUMENT.search(fold(number))
    if whole is None:
        return False
    if named.startswith("-"):
        return f"-{whole['number']}" == named
    return named.endswith(f"{whole['body']}{whole['year']}-{whole['number']}")


def places_named(text: str) -> tuple[int, ...]:
    """Return the places a text names, outermost first: (6, 7) of 第六部分第7条, (2,) of 第二条; nothing for none."""
    folded = fold(text)
    part, clause = _PART.search(folded), _CLAUSE.search(folded)
    found = [part["part"] or part["bracket"] if part else "", clause["clause"] or clause["bare"] if clause else ""]
    numbers = [parse_number(one) for one in found if one]
    return tuple(int(one) for one in numbers if one is not None)


def names_clause(text: str) -> bool:
    """Tell whether a text names a clause of a document by its number."""
    return bool(document_named(text) and places_named(text))


def is_at(reference: str, places: tuple[int, ...]) -> bool:
    """Tell whether a clause as it is cited stands at the places named, or below them."""
    return places_of(reference)[: len(places)] == places


def places_of(reference: str) -> tuple[int, ...]:
    """Return the places of a clause as it is cited: (6, 7) of （六）7, (2,) of 第二条."""
    found = (one or other for one, other in _PLACES.findall(fold(reference)))
    return tuple(int(number) for one in found if (number := parse_number(one)) is not None)
