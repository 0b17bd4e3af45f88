"""Enterprises: which one is named, and what it says about itself."""

import re
from collections.abc import Sequence
from typing import Final

from zhiqibot.nlu.phrases import PhraseIndex
from zhiqibot.nlu.slots.part import Part

_KIND: Final = r"(?:股份有限公司|有限责任公司|有限公司|集团公司|分公司|公司|集团|专业合作社|合作社|农场|饭店|商行|加工厂|[\u4e00-\u9fff]?厂|工作室|个体户|超市|研究院)"
_SPELLED: Final = re.compile(rf"[\u4e00-\u9fffA-Za-z0-9()]{{2,22}}?{_KIND}")
_NAMED: Final = re.compile(
    r"(?:(?:企业|公司|单位|厂)?(?:名称|全称|名字|名)(?:是|叫|为|:)?|(?:公司|厂|企业|单位)(?:名|名字)?叫|(?:我|俺)?是|绑定|绑一下|登记|认证|走访(?:了)?|去了?|到了?|在)\s*"
    r"(?P<name>[\u4e00-\u9fffA-Za-z0-9()]{2,16}?)(?=的(?!$)|嘞|[,。!?;:，]|$|做|法人|老板|会计|负责人|财务|,|统一|信用|代码|走访|厂里|看|了解)"
)
_LEAD: Final = re.compile(
    r"^(?:我们?|俺们?|咱们?|本|你们?|这个?|那个?|请|帮|给|把|替|是|的|在|到|去|和|跟|叫|为|公司|企业|单位|绑定?|登记|认证|一下|名称|上午|下午|今天|昨天|今日|刚刚?|走访了?|了|一|家|个|查|有人|来|对|向|包联的?)+"
)
_GENERIC: Final = re.compile(
    r"(?:我|俺|咱|本|你|这|那|贵|某|该|哪|各|几|多|全|家|个|工|老|小|大|新|加工|开|建|办|进|出|到|在|回)?(?:们|家|个)?(?:厂|公司|企业|单位|集团|厂子|合作社)"
)
_SHORTEST_STEM: Final = 2
_CORPORATE: Final = re.compile(r"(?:股份|责任|有限|公司|集团|\(.*\))+$")

_TRAITS: Final = re.compile(
    r"专精特新(?:\"?小巨人\"?)?(?:企业)?|小巨人(?:企业)?|高新技术企业|高企|科技型中小企业|科小|规上(?:工业|企业)*|规下|规模以上(?:工业)?(?:企业)?|限上|小微(?:企业)?|中小(?:微)?企业|个体(?:户|工商户)|初创(?:企业)?|龙头(?:企业)?"
    r"|上市(?:公司|企业|后备企业?)|新三板(?:挂牌)?|外贸(?:企业)?|出口(?:企业|型企业|为主)?|瞪羚(?:企业)?|单项冠军|绿色工厂|智能(?:工厂|车间)|首台套|招商引资(?:企业|项目)?|新(?:建|注册|开办|办)(?:的)?(?:企业|公司|项目|厂)?|返乡创业|退役军人(?:创业)?"
    r"|(?:员工|职工|工人)?(?:大?概|约|有|共)?[\d一二两三四五六七八九十百千几]+(?:来|多)?(?:号|个|名|口)?(?:人|工人|员工|职工)(?:左右)?"
    r"|(?:年)?(?:产值|营收|营业额|营业收入|销售额|销售收入|收入|纳税|交税|税收|研发(?:投入|费用?|费)?|投资|固定资产投资|出口额|利润)(?:了|约|大概|有|达到?|过|超过?|投入了?|额|近|在|是|才|不到)*[\d.,一二两三四五六七八九十百千万亿]+(?:多|来|余)?(?:个)?(?:万|亿|千万|百万)?(?:元|块|美元|美金)?(?:多|左右|以上|出头)?"
    r"|(?:专利|发明专利|软著|商标)[\d一二两三四五六七八九十]+(?:项|个|件)|[\d一二两三四五六七八九十]+(?:项|个|件)(?:发明|实用新型)?专利"
)
_INDUSTRIES: Final = (
    "纺织", "轴承", "食品", "化工", "门窗", "电子", "农业", "机械", "物流", "建材", "服装", "服饰", "医药", "制药", "农产品", "装备制造", "新能源", "新材料",
    "软件", "互联网", "电商", "冷链", "养殖", "种植", "印刷", "包装", "塑料", "橡胶", "家具", "玻璃", "陶瓷", "钢铁", "铸造", "模具", "汽配", "汽车零部件",
    "光伏", "电池", "锂电", "芯片", "半导体", "光学", "光电", "超硬材料", "粮食", "面粉", "饲料", "肥料", "预制菜", "酒", "茶", "饮料", "制鞋", "皮革", "制造业",
    "制造", "加工", "餐饮", "旅游", "酒店", "教育", "建筑", "环保", "钢结构", "五金", "仓储", "零售", "批发", "商贸", "文化", "科技", "信息技术", "大数据",
    "食用菌", "中药", "医疗器械", "丝毯", "裘皮",
)  # fmt: skip
_TRADE_SIGN: Final = re.compile(r"^(?:行业|企业|厂|公司|加工|的|业|制造|生产|类|研发|设备|配件|批发|外贸)*")


class Firms:
    """Knows the enterprises of the directory by their full names and by their names without 有限公司."""

    def __init__(self, names: Sequence[str]) -> None:
        stems = {stem: name for name in names if len(stem := _CORPORATE.sub("", name)) >= _SHORTEST_STEM}
        self._index = PhraseIndex({**{s.lower(): n for s, n in stems.items()}, **{n.lower(): n for n in names}})
        self._trades = PhraseIndex({word: word for word in _INDUSTRIES})

    def enterprise_name(self, part: Part) -> str | None:
        """Return the enterprise named, as written."""
        known = next(iter(self._index.longest(part.text)), None)
        if known:
            rest = re.match(r"(?:股份|责任|有限)*公司", part.text[known.end :])
            return part.written(known.start, known.end + (rest.end() if rest else 0))
        for match in _SPELLED.finditer(part.text):
            start, end = _without_lead(part.text, *match.span())
            if end - start >= 3 and not _GENERIC.fullmatch(part.text[start:end]):
                return part.written(start, end)
        named = _NAMED.search(part.text)
        if named and (part.intent in ("bind_identity", "log_visit") or part.asked == "enterprise_name"):
            start, end = _without_lead(part.text, *named.span("name"))
            if end - start >= _SHORTEST_STEM and not _GENERIC.fullmatch(part.text[start:end]):
                return part.written(start, end)
        return None

    def enterprise(self, part: Part) -> str | None:
        """Return the directory's full name of the enterprise named, if it is known."""
        known = next(iter(self._index.longest(part.text)), None)
        return known.meaning if known else None

    def traits(self, part: Part) -> list[str] | None:
        """Return what the enterprise says about itself, in order, as written."""
        text = part.text
        spans = [match.span() for match in _TRAITS.finditer(text)]
        for hit in self._trades.longest(text):
            tail = _TRADE_SIGN.match(text[hit.end :])
            span = (hit.start, hit.end + (tail.end() if tail else 0))
            if not any(a < span[1] and span[0] < b for a, b in spans):
                spans.append(span)
        found = [part.written(*span).removesuffix("的") for span in sorted(spans)]
        return list(dict.fromkeys(trait for trait in found if trait)) or None


def _without_lead(text: str, start: int, end: int) -> tuple[int, int]:
    lead = _LEAD.match(text[start:end])
    return start + (lead.end() if lead else 0), end
