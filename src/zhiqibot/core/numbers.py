"""Numbers people quote: ticket numbers and the unified social credit code (USCC)."""

import re
from dataclasses import dataclass
from datetime import date

_FULL_WIDTH = str.maketrans("０１２３４５６７８９－—–ＺＱＭｚｑｍ", "0123456789---ZQMzqm")
_CONFIDENTIAL = re.compile(r"(?<![0-9a-z])zqm\s*-?\s*([0-9a-f]{8})(?![0-9a-z])", re.IGNORECASE)
_FULL = re.compile(r"zq(m?)\s*-?\s*(\d{6})\s*[-_ ]?\s*(\d{1,6})(?!\d)", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:尾号|末尾|后四位|最后四位|工单号?|编号|单号|诉求号?)(?:是|为|:|：)?\s*(\d{1,4})(?!\d)|(?<![\d.:：])(0\d{3})\s*(?:号|那个|那件|这件|这个)"
)

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass(frozen=True)
class NumberMention:
    """A ticket number in a sentence: `number` in normal form (full, or a tail of four digits) and where it stands."""

    number: str
    span: tuple[int, int]

    @property
    def is_full(self) -> bool:
        return self.number.startswith("ZQ")


def ticket_number(day: date, running: int) -> str:
    """Return the number of the day's `running`-th ticket, e.g. ZQ261122-0007."""
    return f"ZQ{day:%y%m%d}-{running:04d}"


def find_ticket_numbers(text: str) -> list[NumberMention]:
    """Find ticket numbers however loosely written; a complete loose form becomes full, a tail four digits.

    A number of the confidential series is `ZQM-` and eight hexadecimal digits."""
    plain = text.translate(_FULL_WIDTH)
    found = [NumberMention(f"ZQM-{m[1].upper()}", m.span()) for m in _CONFIDENTIAL.finditer(plain)]
    for match in _FULL.finditer(plain):
        _add(found, f"ZQ{match[1].upper()}{match[2]}-{int(match[3]):04d}", match)
    for match in _TAIL.finditer(plain):
        _add(found, f"{int(match[1] or match[2]):04d}", match)
    return sorted(found, key=lambda mention: mention.span)


def _add(found: list[NumberMention], number: str, match: re.Match[str]) -> None:
    """Add a mention unless a surer reading has taken its place already."""
    if not any(one.span[0] < match.end() and match.start() < one.span[1] for one in found):
        found.append(NumberMention(number, match.span()))


def uscc_check_digit(first17: str) -> str:
    """Return the 18th character of a USCC; raise ValueError for a character outside the alphabet."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """Tell whether `text` is a USCC with the right check digit (GB 32100-2015)."""
    if len(text) != 18 or any(c not in USCC_ALPHABET for c in text):
        return False
    return uscc_check_digit(text[:17]) == text[17]


_USCC_LIKE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{18}(?![0-9A-Za-z])")


def find_uscc(text: str) -> str | None:
    """Return the first 18-character code of a sentence in upper case, valid or not (ask `is_uscc`)."""
    match = _USCC_LIKE.search(text)
    code = match[0].upper() if match else ""
    return code if (code and not code.isdigit()) or is_uscc(code) else None
