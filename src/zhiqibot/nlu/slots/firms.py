"""Enterprises: which one is named, tolerant of misheard and mistyped names."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from zhiqibot.nlu.phrases import PhraseIndex
from zhiqibot.nlu.pinyin import SoundTable
from zhiqibot.nlu.slots.part import Part
from zhiqibot.nlu.slots.sounds import SoundIndex
from zhiqibot.nlu.slots.traits import INDUSTRIES

_KIND: Final = r"(?:股份有限公司|有限责任公司|有限公司|集团公司|分公司|公司|集团|专业合作社|合作社|农场|饭店|商行|加工厂|[\u4e00-\u9fff]?厂|工作室|个体户|超市|研究院)"
_SPELLED: Final = re.compile(rf"[\u4e00-\u9fffA-Za-z0-9()]{{2,22}}?{_KIND}")
_TRADE: Final = "|".join(
    sorted({*(word for word in INDUSTRIES if len(word) > 1), "农机", "粮油", "肥业", "面业", "药业", "置业", "实业", "重工", "精工", "家纺", "针织", "木业", "纸业", "油脂",
            "牧业", "农牧", "石材", "管业", "电器", "电气", "车业", "食用油", "彩印", "铝业", "科创", "机电", "机床", "纺纱", "织造", "印染", "电力", "电缆", "电源", "电机", "物资", "物业", "建设", "建工", "装饰", "门业",
            "化纤", "化肥", "农资", "钢构", "塑业", "塑胶", "丝绸", "智能家居", "铸造", "光电", "汽修", "汽贸", "豆制品", "豆腐坊", "果蔬", "蔬菜"}, key=len, reverse=True)
)  # fmt: skip
_BY_TRADE: Final = re.compile(
    rf"(?P<name>[\u4e00-\u9fffA-Za-z0-9]{{2,12}}?(?:{_TRADE})+)(?!企业|园|行业|产业|设备|厂|业|协会|专业|市场|人才|公寓|补|贷|证|许可|局|难|工人|员工|车间)"
)
_TRADE_AT_END: Final = re.compile(rf"(?:{_TRADE})+$")
_KIND_AT_END: Final = re.compile(rf"{_KIND}$")
_LONGEST_BY_TRADE: Final = 10
_INTRODUCED: Final = re.compile(
    r"(?:(?:企业|公司|单位|厂|合作社|店)?(?:名称|全称|名字|名|抬头|字号)(?:是|叫|为|:)+|(?:公司|厂|企业|单位|合作社|店)(?:名|名字)?叫|(?:我们?|俺们?|本人)是|(?:绑定|绑(?!定)):?|登记:|认证:)\s*"
    r"(?P<name>[\u4e00-\u9fffA-Za-z0-9]{2,12}?)(?=的(?!$)|嘞|[,。!?;:]|$|做|法人|老板|会计|负责人|财务|统一|信用|代码|总?经理)"
)
_CUT: Final = re.compile(
    r"^.*(?:[我俺你咱恁他她们这那哪啥咋怎没不了完都也就要给让帮看去到见说的改换叫是把被跟趟访从过在将与]|单位|地点|代表|绑定?|登记|认证|名称|今天|今儿个?|上午|下午|昨天|刚|陪同?"
    r"|一下|企业名?:|请|记录|写|录|查|有人|联系企业|包联|电话|入企|账号|个体户|工商户)"
)
_FILLER: Final = re.compile(r"上(?!海)|下|[一定再]|公司|企业|新来|成功|好")
_JOINING: Final = re.compile(r"^(?:和|为|一家|两家|家|个|对|向|次|笔|条|儿|\()+")
_NO_STEM: Final = re.compile(
    r"^(?:做|搞|干|弄|生产|加工|经营|从事|开|办|卖|负责|属于|主要|一个|两个|几个|老板|法人|会计|财务|企业|公司|外地|本地|全县|关联|注册|新注册|绑定|解绑|原来|原|新|旧|老|总|分|子|下|工|供电|水务|燃气|自来水|天然气"
    r"|担保|保险|物业|电力|名下|园区|工业园|服务)$|企业$|身份|信息|失败|照片|执照|代码|联系人|新任|负责|完毕|完成|情况|一[次家]|[两三四五六]家|^做|^搞|^生产|^经营|^从事|个体|属于|手机|微信|信用"
)
_SHORTEST_STEM: Final = 2
_SHORTEST_BY_SOUND: Final = 4
_CORPORATE: Final = re.compile(r"(?:股份|责任|有限|公司|集团|\(.*\))+$")
_COMPANY_TAIL: Final = re.compile(r"(?:股份|责任|有限)*公司")

_Span = tuple[int, int]


class _Known(NamedTuple):
    """An enterprise of the directory in a text; `full` is None where the name is too far off to be sure."""

    start: int
    end: int
    full: str | None


class Firms:
    """Knows the enterprises of the directory by their full names and by their names without 有限公司.

    With `sounds`, names that sound like one of them count too; one wrong character is forgiven where it leaves no doubt."""

    def __init__(self, names: Sequence[str], sounds: SoundTable | None = None) -> None:
        stems = {stem: name for name in names if len(stem := _CORPORATE.sub("", name)) >= _SHORTEST_STEM}
        self._index = PhraseIndex({**{s.lower(): n for s, n in stems.items()}, **{n.lower(): n for n in names}})
        lowered = {stem.lower(): name for stem, name in stems.items()}
        self._sounds = SoundIndex(lowered, sounds, _SHORTEST_BY_SOUND) if sounds is not None else None
        self._halves = PhraseIndex(_halves(lowered))

    def enterprise_name(self, part: Part) -> str | None:
        """Return the enterprise named, as written."""
        text = part.text
        known = self._known(text)
        if known:
            rest = _COMPANY_TAIL.match(text[known.end :])
            return part.written(known.start, known.end + (rest.end() if rest else 0))
        told = part.intent in ("bind_identity", "log_visit") or part.asked == "enterprise_name"
        span = _spelled(text) or (told and (_by_trade(text) or _introduced(text)))
        return part.written(*span) if span else None

    def enterprise(self, part: Part) -> str | None:
        """Return the directory's full name of the enterprise named, if it is known beyond doubt."""
        known = self._known(part.text)
        return known.full if known else None

    def _known(self, text: str) -> _Known | None:
        exact = next(iter(self._index.longest(text)), None)
        if exact:
            return _Known(exact.start, exact.end, exact.meaning)
        heard = next(self._sounds.longest(text), None) if self._sounds else None
        if heard:
            return _Known(heard.start, heard.end, heard.meaning)
        near = {self._near(text, hit.start, hit.meaning) for hit in self._halves.all(text)} - {None}
        found = [one for one in near if one]
        return found[0] if len(found) == 1 else None

    @staticmethod
    def _near(text: str, at: int, half: tuple[str, str, int]) -> _Known | None:
        """One wrong character in the other half: 瑞秦纺织, 德润机槭. 德润机电 is another trade, so another firm."""
        stem, full, offset = half
        start = at - offset
        said = text[start : start + len(stem)] if start >= 0 else ""
        if len(said) != len(stem) or sum(a != b for a, b in zip(said, stem, strict=True)) != 1:
            return None
        if not all("\u4e00" <= char <= "\u9fff" for char in said):
            return None
        trade_wrong = offset == 0
        if trade_wrong and _TRADE_AT_END.search(said):
            return None
        return _Known(start, start + len(stem), full if trade_wrong else None)


def _halves(stems: dict[str, str]) -> list[tuple[str, tuple[str, str, int]]]:
    """Return each half of every name long enough, with the name, its full form and where the half stands in it."""
    found = []
    for stem, full in stems.items():
        if len(stem) >= _SHORTEST_BY_SOUND:
            middle = len(stem) // 2
            found += [(stem[:middle], (stem, full, 0)), (stem[middle:], (stem, full, middle))]
    return found


def _spelled(text: str) -> _Span | None:
    """A name written with its kind: 鑫源粮油有限公司, 兴农面粉厂."""
    for match in _SPELLED.finditer(text):
        kind = _KIND_AT_END.search(match[0])
        span = _name(text, *match.span(), ending=len(kind[0]) if kind else 0)
        if span:
            return span
    return None


def _by_trade(text: str) -> _Span | None:
    """A name that ends with its trade: 鑫源粮油, 永兴轴承."""
    for match in _BY_TRADE.finditer(text):
        trade = _TRADE_AT_END.search(match["name"])
        span = _name(text, *match.span("name"), ending=len(trade[0]) if trade else 0)
        if span and span[1] - span[0] <= _LONGEST_BY_TRADE:
            return span
    return None


def _introduced(text: str) -> _Span | None:
    """A name said after 我是, 名称是, 绑定 and the like."""
    for match in _INTRODUCED.finditer(text):
        span = _name(text, *match.span("name"), ending=0)
        if span and span[0] == match.start("name") and not _FILLER.match(match["name"]):
            return span
    return None


def _name(text: str, start: int, end: int, ending: int) -> _Span | None:
    """Return the name without the words run together with it; None when nothing of its own is left."""
    cut = _CUT.match(text[start : end - ending])
    if cut:
        start += cut.end()
    joining = _JOINING.match(text[start : end - ending])
    if joining and (cut or joining[0] != "和"):
        start += joining.end()
    stem = text[start : end - ending]
    return (start, end) if len(stem) >= _SHORTEST_STEM and not _NO_STEM.search(stem) else None
