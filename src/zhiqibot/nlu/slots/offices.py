"""Offices: who came to inspect, under which filing number, and to whom a ticket goes."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from zhiqibot.nlu.phrases import PhraseIndex
from zhiqibot.nlu.pinyin import SoundTable
from zhiqibot.nlu.slots.part import Part
from zhiqibot.nlu.slots.sounds import SoundIndex

_OFFICE: Final = re.compile(
    r"(?:[\u4e00-\u9fff]{2,9}?)(?:管理局|监督局|监察局|稽查局|分局|局|监察大队|执法大队|大队|支队|中队|派出所|监管所|供电所|管委会|委员会|联席办|助企办|金融办|卫健委|发改委|街道办|办事处|税务所|质监站|监督站|检测中心|服务中心|镇政府|乡政府|供电公司|燃气公司|水务公司)"
)
_BEFORE_OFFICE: Final = re.compile(
    r"^.*(?:[我俺你恁您他她它们咱厂门口来了是说叫让请到给在从找把被由将现今昨明天年月日号上下午点分这那有个向对转退送归移的,。!?;:、\d查经非该]"
    r"|自称|联合|会同|协同|配合|[一两几]?位|核实|核验|举报|单位|企业|有人|派(?!$|出)|报给?|应(?!急)|单(?!位)|交(?![通警])|属于?(?!地)|(?<=[局委办队所站司会厅我们俺])[和跟与及])"
)
_PLACE: Final = re.compile(r"(?P<name>[\u4e00-\u9fff]{2})?(?P<rank>[省市县区])$")
_NOT_NAMED: Final = re.compile(
    r"(?:[非我俺本贵你该哪别各这那其]|其他|相关|有关|主管|职能|上级|主办|承办|牵头|哪个|这个|那个|别的)+(?:的)?(?:局|部门|单位|委|办|中心|公司|大队|所)"
)
_KIND: Final = re.compile(
    r"(?:救援|综合|行政|稽查|监督|监察|执法|检查|管理|监管|服务|缉查|专卖)*(?:分局|局|总?队|大队|支队|中队|委员会|委|办公室|办|站|所|厅|中心|公司|部门|科|股)?(?:[\u4e00-\u9fff]{2}分局)?"
)
_FIELDS: Final = (
    "消防", "环保", "应急", "安监", "税务", "城管", "市场监管", "市监", "工商", "质监", "卫生监督", "卫健", "疾控", "劳动监察", "人社",
    "住建", "自然资源", "国土", "水利", "农业", "交通", "公安", "派出所", "供电", "电力", "燃气", "统计", "发改", "工信", "食药监", "食品监管",
    "药监", "烟草", "气象", "林业", "审计", "特种设备", "安全生产", "综合执法", "海关", "银监", "人防", "文旅", "教育", "民政", "路政", "运管",
    "生态环境",
)  # fmt: skip
# offices of which there are many: read as written, no one unit's name
_LOCAL: Final = ("乡政府", "镇政府", "县政府", "街道办", "街道办事处", "村委会", "居委会")
_BY_ITSELF: Final = frozenset({"安全生产", "农业", "交通", "教育", "统计", "电力", "燃气", "特种设备", "审计"})
"""Fields that are offices only with their kind: 来人查安全生产 names nobody."""
_FIGURES: Final = r"[\da-z〔〕\[\]()【】_/\-]"
_FILED: Final = rf"(?:(?!不是|是不|多少|没|查|帮|给|有|在|说|我|啥|什么|核|对|看)[\u4e00-\u9fffa-z]{{0,8}}?){_FIGURES}*\d{_FIGURES}*(?:(?:年第?|字第?|第){_FIGURES}*\d{_FIGURES}*)?(?:号(?!码))?"
_RECORD: Final = re.compile(
    rf"(?:备案(?:编|单|登记|检查)?号码?|备案编[号码]|备案码|备案单|备案表|编号|登记号|单号|号码)(?:上)?(?:显示|写)?的?(?:是|为|:|叫|,)*\s*(?P<a>{_FILED})"
    r"|(?P<b>[\u4e00-\u9fff]{0,6}[〔\[(【]?20\d\d[〕\])】]?\s*(?:年?第?\s*)\d{1,5}\s*号)"
    r"|(?P<c>[a-z]{2,8}[-_]?\d{4,}(?:[-_]\d+)*|20\d\d[-备字]{1,2}\d{1,5}|(?<!\d)第?0\d{3}(?!\d)号?)"
    r"|备案(?P<d>\d{3,12})|核(?:验|对|查)?(?P<e>\d{3,12})"
)
_HANDED_TO: Final = re.compile(
    r"(?:转(?:办|交(?![通警])|派(?!出)|到|给|至|由|送)*|交(?![通警])(?:办|由|给)*|派(?:给|到|单给)?|退(?:给|回|到)*|移(?:交|送)(?:给|到)?|给|由|归|推给|划给|分(?:给|派|办)?|安排(?:给|到)?|让|应该(?:是|由|归|找)?|该(?:由|归|找)?|请|找|属于?|联系|指定)"
)
_BRANCH: Final = re.compile(r"(?:[\u4e00-\u9fff]{2})?[省市县区]|")
_NEAR = 3  # characters between 转给 and the office: 转给县里的住建局
_SHORTEST_BY_SOUND: Final = 3

_Span = tuple[int, int]


class Offices:
    """Knows the offices of the county by what people call them."""

    def __init__(self, units: Mapping[str, str], extra: Iterable[str] = (), sounds: SoundTable | None = None) -> None:
        names = {**{name: name for name in units.values()}, **units}
        known = {name.lower(): full for name, full in names.items() if len(name) > 1}
        self._index = PhraseIndex(dict.fromkeys(_LOCAL, "") | {word: word for word in extra} | known)
        self._sounds = SoundIndex(known, sounds, _SHORTEST_BY_SOUND) if sounds is not None else None
        self._fields = PhraseIndex({name: name for name in _FIELDS})

    def department(self, part: Part) -> str | None:
        """Return the office a ticket goes to, as written."""
        text = part.text
        spans = [_with_place(text, *span) for span in self._spans(text)]
        for mark in _HANDED_TO.finditer(text):
            follows = [span for span in spans if 0 <= span[0] - mark.end() <= _NEAR]
            if follows:
                return part.written(*max(follows, key=lambda span: (-span[0], span[1])))
        return part.written(*max(spans, key=lambda span: span[1] - span[0])) if spans else None

    def unit(self, part: Part) -> str | None:
        """Return the full name of the office that `department` names, where the county has it."""
        named = (self.department(part) or "").lower()
        found = list(self._index.longest(named)) or list(self._sounds.longest(named) if self._sounds else ())
        return found[0].meaning or None if found else None

    def agency(self, part: Part) -> str | None:
        """Return who inspects, as written."""
        text = part.text
        spans = self._spans(text) or self._by_field(text)
        if not spans:
            return None
        first = min(span[0] for span in spans)
        longest = max((span for span in spans if span[0] <= first + 2), key=lambda span: span[1] - span[0])
        start, end = _with_place(text, *_with_kind(text, *longest))
        for begin, last in sorted(spans):  # 国家税务总局方城县税务局
            if begin >= end and _BRANCH.fullmatch(text[end:begin]):
                end = _with_kind(text, begin, last)[1]
        return part.written(start, end)

    def _spans(self, text: str) -> list[_Span]:
        known = [(hit.start, hit.end) for hit in self._index.longest(text)]
        cut_up = [span for span in _spelled_out(text) if not any(a < span[0] < b and span[1] <= b for a, b in known)]
        return known + cut_up

    def _by_field(self, text: str) -> list[_Span]:
        hits = self._fields.longest(text)
        spans = [(hit, _with_kind(text, hit.start, hit.end)) for hit in hits]
        return [span for hit, span in spans if hit.meaning not in _BY_ITSELF or span[1] > hit.end]

    def record_no(self, part: Part) -> str | None:
        """Return the number of an inspection filing, as written."""
        match = _RECORD.search(part.text)
        if match is None:
            return None
        name = next(group for group in "abcde" if match[group])
        return part.written(*match.span(name)) or None


def _with_kind(text: str, start: int, end: int) -> _Span:
    """消防 and 救援大队 after it are one office."""
    kind = _KIND.match(text, end)
    told = kind and kind.end() > end and text[kind.end() - 1] in "局队会委室办站所厅心司门科股"
    return (start, kind.end()) if kind and told else (start, end)


def _with_place(text: str, start: int, end: int) -> _Span:
    """县住建局 and 方城县住建局 are said whole."""
    place = _PLACE.search(text[max(start - 3, 0) : start])
    if place is None:
        return start, end
    named = place["name"] and not _BEFORE_OFFICE.match(place["name"])
    return start - len(place[0] if named else place["rank"]), end


def _spelled_out(text: str) -> list[_Span]:
    """Return offices written with their kind (… 局, … 大队), without the words run together with them."""
    spans: list[_Span] = []
    for match in _OFFICE.finditer(text):
        start, end = match.span()
        before = _BEFORE_OFFICE.match(text[start : end - 2])
        start += before.end() if before else 0
        if end - start >= 3 and not _NOT_NAMED.fullmatch(text[start:end]):
            spans.append((start, end))
    return spans
