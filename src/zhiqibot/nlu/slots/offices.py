"""Offices: who came to inspect, under which filing number, and to whom a ticket goes."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from zhiqibot.nlu.phrases import PhraseIndex
from zhiqibot.nlu.slots.part import Part

_OFFICE: Final = re.compile(
    r"(?:[\u4e00-\u9fff]{2,9}?)(?:管理局|监督局|监察局|稽查局|分局|局|监察大队|执法大队|大队|支队|中队|派出所|监管所|供电所|管委会|委员会|联席办|助企办|金融办|卫健委|发改委|街道办|办事处|税务所|质监站|监督站|检测中心|服务中心|镇政府|乡政府|供电公司|燃气公司|水务公司)"
)
_BEFORE_OFFICE: Final = re.compile(
    r"^.*(?:[我俺你恁您他她它们咱厂门口来了是说自称叫让请到给在从找跟和把被由将单位人现今昨明天年月日号上下午点分这那有个向对转交派退送归移报,。!?;:、\d查经市县区]|核实|核验|举报)"
)
_FIELDS: Final = (
    "消防", "环保", "应急", "安监", "税务", "城管", "市场监管", "市监", "工商", "质监", "卫生监督", "卫健", "疾控", "劳动监察", "人社",
    "住建", "自然资源", "国土", "水利", "农业", "交通", "公安", "派出所", "供电", "电力", "燃气", "统计", "发改", "工信", "食药监", "食品监管",
    "药监", "烟草", "气象", "林业", "审计", "特种设备", "安全生产", "综合执法", "海关", "银监", "人防", "文旅", "教育", "民政", "路政", "运管",
)  # fmt: skip
_RECORD: Final = re.compile(
    r"(?:备案(?:编|单|登记)?号码?|备案编码|备案单|备案表|编号|登记号|单号|号码)(?:上)?(?:写的)?(?:是|为|:|：|叫|,)?\s*(?P<a>[^\s,。!?;:，。、的]*\d[^\s,。!?;，、的吗有是在对能]*)"
    r"|(?P<b>[\u4e00-\u9fff]{0,6}[〔\[(【]?20\d\d[〕\])】]?\s*(?:年?第?\s*)\d{1,5}\s*号)"
    r"|(?P<c>[a-z]{2,8}[-_]?\d{4,}(?:[-_]\d+)*|20\d\d[-备字]{1,2}\d{1,5}|第?0\d{3}号?)"
    r"|备案(?P<d>\d{3,12})|核(?:验|对|查)?(?P<e>\d{3,12})"
)
_HANDED_TO: Final = re.compile(
    r"(?:转(?:办|交|派|到|给|至|由|送)*|交(?:办|由|给)*|派(?:给|到|单给)|退(?:给|回|到)*|移(?:交|送)(?:给|到)?|给|由|归|推给|划给|分(?:给|派|办)|安排(?:给|到)?|让|应该是|请)"
)


class Offices:
    """Knows the offices of the county by what people call them."""

    def __init__(self, units: Mapping[str, str], extra: Iterable[str] = ()) -> None:
        self._units = dict(units)
        names = {**{name: name for name in units.values()}, **units}
        self._index = PhraseIndex(
            {name.lower(): full for name, full in names.items() if len(name) > 1} | {w: w for w in extra}
        )
        self._fields = PhraseIndex({name: name for name in _FIELDS})

    def department(self, part: Part) -> str | None:
        """Return the office a ticket goes to, as written."""
        text = part.text
        spans = [(found.start, found.end) for found in self._index.longest(text)] + _spelled_out(text)
        for mark in _HANDED_TO.finditer(text):
            follows = [span for span in spans if 0 <= span[0] - mark.end() <= _NEAR]
            if follows:
                return part.written(*max(follows, key=lambda span: (-span[0], span[1])))
        return part.written(*max(spans, key=lambda span: span[1] - span[0])) if spans else None

    def unit(self, part: Part) -> str | None:
        """Return the full name of the office that `department` names, where the county has it."""
        named = self.department(part)
        found = list(self._index.longest(named.lower())) if named else []
        return found[0].meaning if found else None

    def agency(self, part: Part) -> str | None:
        """Return who inspects, as written."""
        text = part.text
        spans = _spelled_out(text)
        spans += [(hit.start, hit.end) for hit in self._index.longest(text)]
        if not spans:
            spans = [(hit.start, hit.end) for hit in self._fields.longest(text)]
        if not spans:
            return None
        first = min(span[0] for span in spans)
        return part.written(*max((span for span in spans if span[0] <= first + 2), key=lambda span: span[1] - span[0]))

    def record_no(self, part: Part) -> str | None:
        """Return the number of an inspection filing, as written."""
        match = _RECORD.search(part.text)
        if match is None:
            return None
        name = next(group for group in "abcde" if match[group])
        return part.written(*match.span(name)) or None


_NEAR = 3  # characters between 转给 and the office: 转给县里的住建局


def _spelled_out(text: str) -> list[tuple[int, int]]:
    """Return offices written with their kind (… 局, … 大队), without the words run together with them."""
    spans: list[tuple[int, int]] = []
    for match in _OFFICE.finditer(text):
        start, end = match.span()
        before = _BEFORE_OFFICE.match(text[start : end - 2])
        start += before.end() if before else 0
        if end - start >= 3:
            spans.append((start, end))
    return spans
