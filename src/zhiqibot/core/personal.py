"""Where a text holds personal data: telephones, identity and bank cards, plates, mail, accounts, introduced names.

The one home of these recognisers: logs and kept copies hide what is found here (`privacy`), and the understanding
reads no ticket number, time or head count inside it. Typed in groups, in full width, in Chinese digits or in a mix of
them, a number is the same number. Figures of policies, ticket numbers and dates are none of these.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What was found."""

    MAIL = "mail"
    IDENTITY = "identity"
    CARD = "card"
    MOBILE = "mobile"
    LANDLINE = "landline"
    LOCAL = "local"
    """A landline without its area code; known by the word before it."""
    ACCOUNT = "account"
    """The account of a messenger; known by the word before it."""
    SPELT = "spelt"
    """A long run of Chinese digits: a number read out to voice input."""
    PLATE = "plate"


@dataclass(frozen=True)
class Personal:
    """One finding; `span` is (from, to) in the text as given."""

    kind: Kind
    span: tuple[int, int]


PLAIN: Final = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys("—–―－‐‑", "-")
    | dict.fromkeys("\u3000\u00a0\t", " ")
)
"""Full-width characters, dashes and blanks as half-width ones; the length stays."""
_SPOKEN: Final = "零〇一二三四五六七八九幺两"
_ARABIC: Final = str.maketrans(_SPOKEN, "0012345678912")
_DIGIT = rf"[0-9{_SPOKEN}]"
_DATE = r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"
_NO_SUM = r"(?! ?(?:元(?!旦)|万元|亿))"
_CALLED = r"(?:电话|手机|座机|固话|联系方式|传真|号码|致电|来电|回电|拨打)号?码?(?:[是为]|就是|改成|换成|打)*[ :]*"
_MESSENGER = r"(?<![A-Za-z])(?:[微薇威]信|[vV][xX信]|[qQ]{2}|扣扣|企鹅|钉钉)(?:号码?|群号?)?(?:也?[是为]|就是)?[ :]*"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_FOUND: Final = re.compile(
    r"[zZ][qQ][mM]?[ -]*[0-9]{6}[ _-]{0,3}[0-9]{1,6}(?![0-9])"  # a ticket's number, passed over
    r"|(?P<mail>[A-Za-z0-9_.+-]+@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)"
    r"|(?<![0-9])(?P<identity>[0-9]{6}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx])(?![0-9])"
    r"|(?<![0-9])(?P<card>[0-9]{4}(?:[0-9]{11,15}|[ -][0-9]{4}[ -][0-9]{4}[ -](?:[0-9]{4}[ -])?[0-9]{3,4}))(?![0-9]|[ -][0-9A-Za-z]{2}(?![0-9A-Za-z]))"
    rf"|(?P<mobile>(?:(?<![0-9])(?:\+|00)?86[ -]?)?(?:(?<![0-9])1|(?<=86)1|(?<!{_DIGIT})[一幺])(?:[ .·-]{{0,2}}{_DIGIT}){{10}})(?![0-9]){_NO_SUM}"
    rf"|(?<![0-9])(?P<landline>\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})[) -]{{0,3}}(?!{_DATE})[2-9][0-9]{{2,3}}[ -]?[0-9]{{4}})(?![0-9])"
    rf"|{_CALLED}(?P<local>(?!{_DATE})[2-8][0-9]{{2,3}}[ -]?[0-9]{{4}})(?![0-9]){_NO_SUM}"
    rf"|{_MESSENGER}(?!1[3-9][0-9]{{9}}(?![0-9]))(?P<account>[A-Za-z][A-Za-z0-9_-]{{4,19}}|[1-9][0-9]{{4,11}}(?! ?[0-9元万块]))"
    rf"|(?<!{_DIGIT})(?P<spelt>[{_SPOKEN}]{{7,}})"
    rf"|(?P<plate>[{_PROVINCES}][A-Za-z][·. ]?(?=[A-Za-z]{{0,2}}[0-9]{{2}})(?:(?![IOio])[0-9A-Za-z]){{4,5}}[0-9A-Za-z挂学警港澳])(?![0-9A-Za-z])"
)
_HINT: Final = re.compile(
    rf"{_DIGIT}(?:[ .·()-]{{0,3}}{_DIGIT}){{4}}|@|[微薇威]信|[vV][xX信]|[qQ]{{2}}|扣扣|企鹅|钉钉|[A-Za-z][·. ]?[0-9A-Za-z]{{4}}"
)
_GROUPS: Final = frozenset(
    {(11,), (3, 8), (7, 4), (3, 4, 4), (3, 3, 5), (3, 5, 3), (3, 4, 2, 2), (3, 2, 2, 2, 2), (4, 3, 4)}
)
"""How people group the eleven digits of a mobile number; 1500-2000 300 is something else."""
_COUNTRY: Final = re.compile(r"^(?:\+|00)?86[ -]?(?=1)")


def find_personal(text: str) -> list[Personal]:
    """Return the numbers, addresses and plates of persons in a text, in order and without overlap."""
    plain = text.translate(PLAIN)
    if not _HINT.search(plain):
        return []
    found = []
    for match in _FOUND.finditer(plain):
        if match.lastgroup is None:
            continue
        kind = Kind(match.lastgroup)
        if kind is not Kind.MOBILE or _is_mobile(match[0]):
            found.append(Personal(kind, match.span(kind)))
    return found


def _is_mobile(written: str) -> bool:
    """Eleven digits from 13 to 19, in one of the usual groups."""
    digits = _COUNTRY.sub("", written.translate(_ARABIC))
    return digits[1:2] not in ("0", "1", "2") and tuple(map(len, re.split(r"[ .·-]+", digits))) in _GROUPS


def without_telephones(text: str) -> str:
    """Return the text, of the same length, with `*` for telephones and cards: no other number is read in them."""
    for one in find_personal(text):
        if one.kind not in (Kind.MAIL, Kind.PLATE):
            start, end = one.span
            text = text[:start] + "*" * (end - start) + text[end:]
    return text


def digits_of(written: str) -> str:
    """Return the digits of a number, however written: 幺三八 1234-5678 is 13812345678."""
    return re.sub(r"[^0-9]", "", written.translate(PLAIN).translate(_ARABIC))


_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷"
    "钱汤尹黎易常武乔贺赖龚文庞樊殷施陶翟安颜倪严牛温芦季俞章鲁葛伍申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游裴席卫查屈鲍位覃霍翁隋甘景薄单包司柏宁柯阮桂闵解强丘尚闫"
)
_HAN = r"[\u4e00-\u9fff]"
_ENDS = r"(?=电话|手机|微信|联系|座机|先生|女士|同志|[，,。；;、（(！!？?\s\d：:*]|的|$)"
_GOES_ON = "说讲的是在和跟打来去把被给，办要想没不也都已又到电手请找有就反问催投报申"
"""What follows a name of two characters when no mark does."""
_NO_NAME = r"(?!是?谁|不|没|变|换|写|填|怎|咋|啥|什么|哪|已|都|有|要|你|他|她|它|人|车|了)"
_NO_SURNAME = (
    r"(?!马上|高新|方便|方案|方法|万一|安排|安全|安监|金额|石油|文件|文化|时间|成功|包工|关门|管理|施工|项目|路边|向上|解决|席位|强制|单位|成本|关于|时候|解释|查封|查处"
    r"|常年|白跑|黄了|党|支持|明确|有关)"
)
_INTRODUCED: Final = re.compile(
    rf"(?:[我俺](?:是|姓名)?叫|[我俺]的?名字(?:是|叫)|名叫|联系人|姓名|法人代表|法定代表人)(?:[是为叫]|[：:])?\s*"
    rf"(?P<said>{_NO_NAME}{_HAN}{{2,4}}?{_ENDS}|[{_SURNAMES}]{_HAN}(?:(?![{_GOES_ON}]){_HAN})?)"
    rf"|(?:经办人|负责人|法人)(?:[是为叫]|[：:])?\s*(?P<named>{_NO_SURNAME}[{_SURNAMES}]{_HAN}{{1,3}}?{_ENDS})"
    rf"|(?:^|(?<=[，,。；;！!\s我俺他她人的字位个理计板长友任工事傅]))叫[做作]?(?P<called>{_NO_SURNAME}[{_SURNAMES}]{_HAN}{{1,3}}?{_ENDS})"
)


def find_names(text: str) -> list[tuple[int, int]]:
    """Return the spans of names somebody is introduced by: 我叫王建国, 联系人：李红梅, 有个老板叫王二麻子."""
    return [match.span(str(match.lastgroup)) for match in _INTRODUCED.finditer(text)]
