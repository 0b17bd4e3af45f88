"""What an enterprise says about itself: trade, size, titles, patents."""

import re
from typing import Final

from zhiqibot.nlu.phrases import PhraseIndex
from zhiqibot.nlu.slots.part import Part

_TRAITS: Final = re.compile(
    r"专精特新(?:\"?小巨人\"?)?(?:企业)?|小巨人(?:企业)?|高新技术企业|高企|科技型中小企业|科小|规上(?:工业|企业)*|规下|规模以上(?:工业)?(?:企业)?|限上|小微(?:企业)?|中小(?:微)?企业|个体(?:户|工商户)|初创(?:企业)?|龙头(?:企业)?"
    r"|上市(?:公司|企业|后备企业?)|新三板(?:挂牌)?|外贸(?:企业)?|出口(?:企业|型企业|为主)?|瞪羚(?:企业)?|单项冠军|绿色工厂|智能(?:工厂|车间)|首台套|招商引资(?:企业|项目)?|新(?:建|注册|开办|办)(?:的)?(?:企业|公司|项目|厂)?|返乡创业|退役军人(?:创业)?"
    r"|(?:员工|职工|工人)?(?:大?概|约|有|共)?[\d一二两三四五六七八九十百千几]+(?:来|多)?(?:号|个|名|口)?(?:人|工人|员工|职工)(?:左右)?"
    r"|(?:年)?(?:产值|营收|营业额|营业收入|销售额|销售收入|收入|纳税|交税|税收|研发(?:投入|费用?|费)?|投资|固定资产投资|出口额|利润)(?:了|约|大概|有|达到?|过|超过?|投入了?|额|近|在|是|才|不到)*[\d.,一二两三四五六七八九十百千万亿]+(?:多|来|余)?(?:个)?(?:万|亿|千万|百万)?(?:元|块|美元|美金)?(?:多|左右|以上|出头)?"
    r"|(?:专利|发明专利|软著|商标)[\d一二两三四五六七八九十]+(?:项|个|件)|[\d一二两三四五六七八九十]+(?:项|个|件)(?:发明|实用新型)?专利"
)
INDUSTRIES: Final = (
    "纺织", "轴承", "食品", "化工", "门窗", "电子", "农业", "机械", "物流", "建材", "服装", "服饰", "医药", "制药", "农产品", "装备制造", "新能源", "新材料",
    "软件", "互联网", "电商", "冷链", "养殖", "种植", "印刷", "包装", "塑料", "橡胶", "家具", "玻璃", "陶瓷", "钢铁", "铸造", "模具", "汽配", "汽车零部件",
    "光伏", "电池", "锂电", "芯片", "半导体", "光学", "光电", "超硬材料", "粮食", "面粉", "饲料", "肥料", "预制菜", "酒", "茶", "饮料", "制鞋", "皮革", "制造业",
    "制造", "加工", "餐饮", "旅游", "酒店", "教育", "建筑", "环保", "钢结构", "五金", "仓储", "零售", "批发", "商贸", "文化", "科技", "信息技术", "大数据",
    "食用菌", "中药", "医疗器械", "丝毯", "裘皮",
)  # fmt: skip
_TRADE_SIGN: Final = re.compile(r"^(?:行业|企业|厂|公司|加工|的|业|制造|生产|类|研发|设备|配件|批发|外贸)*")
_TRADES: Final = PhraseIndex({word: word for word in INDUSTRIES})


def traits(part: Part) -> list[str] | None:
    """Return what the enterprise says about itself, in order, as written."""
    text = part.text
    spans = [match.span() for match in _TRAITS.finditer(text)]
    for hit in _TRADES.longest(text):
        tail = _TRADE_SIGN.match(text[hit.end :])
        span = (hit.start, hit.end + (tail.end() if tail else 0))
        if not any(a < span[1] and span[0] < b for a, b in spans):
            spans.append(span)
    found = [part.written(*span).removesuffix("的") for span in sorted(spans)]
    return list(dict.fromkeys(trait for trait in found if trait)) or None
