"""Numbers people quote: ticket numbers, the unified social credit code (USCC), and plain Arabic figures."""

import re
from dataclasses import dataclass
from datetime import date

from zhiqibot.core.personal import PLAIN, without_telephones

_CONFIDENTIAL = re.compile(r"(?<![0-9a-z])zqm\s*-?\s*([0-9a-f]{8})(?![0-9a-z])", re.IGNORECASE)
_FULL = re.compile(r"zq(m?)\s*-?\s*(\d{6})\s*[-_ ]?\s*(\d{1,6})(?!\d)", re.IGNORECASE)
_TAIL = re.compile(
    r"(?P<lead>尾号|末尾|后四位|最后四位|工单号?|编号|单号|诉求号?)(?:是|为|:|：)?\s*(?P<called>\d{1,4})(?!\d)"
    r"|(?<![\d.:：])(?P<bare>0\d{3})\s*(?:号|那个|那件|这件|这个)"
)
_OWN_WORD = re.compile("工单|诉求")
"""After these a number is a ticket's, whatever follows."""
_THINGS = (
    "[水电气]表|燃气表|表箱|合同|协议|设备|机[器床台组]|变压器|电?线杆|电杆|灯杆|车[辆间牌]|[货叉卡]车|发票|订单|快递|运单|公告|执照|许可证|证书|房产证|身份证|账户|银行卡"
    "|厂房|仓库|宿舍|商铺|店铺|摊位|窗口|地块|宗地|井盖|机井|路灯|摄像头|电梯|锅炉|管道|产品|批次|标段|房间|集装箱|文件"
)
_BUILDINGS = "大?院|楼|栋|厂[房区]|车间|仓|宿舍|公寓|门(?![口前])|铺|商铺|店|摊位|窗口|地块|宗地|库房|房间?|机[床台]|井|杆|生产线"
_OF_A_THING = re.compile(
    rf"\s*(?:号?的(?:那|这)?[个块台辆份张根]?(?:{_THINGS})(?!的?(?:问题|纠纷|诉求|工单|单子?|事|那[个件]|这[个件]))|号(?:{_BUILDINGS}))"
)
"""编号1234的水表, 0012号院: a number of something else. 0012号的合同纠纷 is a ticket about a contract."""
_ON_A_STREET = re.compile(r"(?:(?<![修堵断铺问])路|街|大道|巷|胡同|弄堂|环线|国道|省道|高速|门牌号?)\s*$")
_OF_OTHERS = re.compile(
    rf"(?:手机|电话|号码|卡|车牌|账)(?:号码?)?的?(?:尾号|后四位|末四位)?(?:是|为)?$|(?:{_THINGS}|证)(?:号码?|编号)(?:是|为|:)?$"
)
_BEFORE_LEAD = re.compile(
    rf"(?:手机|电话|号码|身份证|卡|车牌|车|表|证|账|快递|物流|订|运|货|罚|保|档案|{_THINGS})(?:号码?|的)?的?(?:尾号|后四位|末四位)?(?:是|为|:)?$"
)
_LOOKS_BACK = 6
"""Characters before a number in which it may be said what it is the number of."""

_ARABIC = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?")
_HALF_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {ord("．"): ".", ord("％"): "%"}

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


def numbers_in(text: str) -> list[str]:
    """Return every Arabic number of a text, without thousands separators."""
    return [found.replace(",", "") for found in _ARABIC.findall(text.translate(_HALF_WIDTH))]


def ticket_number(day: date, running: int) -> str:
    """Return the number of the day's `running`-th ticket, e.g. ZQ261122-0007."""
    return f"ZQ{day:%y%m%d}-{running:04d}"


def find_ticket_numbers(text: str) -> list[NumberMention]:
    """Find ticket numbers however loosely written; a complete loose form becomes full, a tail four digits.

    A number of the confidential series is `ZQM-` and eight hexadecimal digits."""
    plain = without_telephones(text.translate(PLAIN))
    found = [NumberMention(f"ZQM-{m[1].upper()}", m.span()) for m in _CONFIDENTIAL.finditer(plain)]
    for match in _FULL.finditer(plain):
        _add(found, f"ZQ{match[1].upper()}{match[2]}-{int(match[3]):04d}", match)
    for match in _TAIL.finditer(plain):
        if not _belongs_elsewhere(plain, match):
            _add(found, f"{int(match['called'] or match['bare']):04d}", match)
    return sorted(found, key=lambda mention: mention.span)


def numbers_something_else(text: str, start: int, end: int) -> bool:
    """Tell whether the loose number at `text[start:end]` is a house's, a telephone's or a thing's: 工业路0012号, 1234号楼."""
    before = text[max(start - _LOOKS_BACK, 0) : start]
    return bool(_ON_A_STREET.search(before) or _OF_OTHERS.search(before) or _OF_A_THING.match(text, end))


def _belongs_elsewhere(text: str, match: re.Match[str]) -> bool:
    """Tell the tail of a ticket's number from other numbers named alike: 合同编号1234, 手机尾号5678."""
    if match["bare"]:
        return numbers_something_else(text, *match.span("bare"))
    if _OWN_WORD.match(match["lead"]):
        return False
    before = text[max(match.start() - _LOOKS_BACK, 0) : match.start()]
    return bool(_BEFORE_LEAD.search(before) or _OF_A_THING.match(text, match.end("called")))


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
