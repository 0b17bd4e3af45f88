"""Which place a question is about: ours (county, its city, its province), another one, or none named."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["county", "city", "province", "elsewhere"]

_HENAN = """
郑州市 开封市 洛阳市 平顶山市 安阳市 鹤壁市 新乡市 焦作市 濮阳市 许昌市 漯河市 三门峡市 南阳市 商丘市 信阳市 周口市 驻马店市 济源市
温县 襄城县 方城县 社旗县 唐河县 新野县 镇平县 内乡县 淅川县 西峡县 南召县 桐柏县 邓州市 宛城区 卧龙区 叶县 鲁山县 宝丰县 郏县 舞钢市
汝州市 舞阳县 临颍县 长葛市 禹州市 鄢陵县 建安区 孟州市 沁阳市 武陟县 修武县 博爱县 巩义市 新郑市 登封市 荥阳市 新密市 中牟县
兰考县 杞县 尉氏县 通许县 偃师区 孟津区 栾川县 嵩县 汝阳县 宜阳县 伊川县 洛宁县 林州市 滑县 汤阴县 内黄县 浚县 淇县 卫辉市 辉县市
长垣市 封丘县 延津县 原阳县 获嘉县 濮阳县 清丰县 南乐县 台前县 灵宝市 义马市 渑池县 卢氏县 永城市 虞城县 夏邑县 柘城县 睢县 宁陵县
固始县 潢川县 息县 淮滨县 罗山县 光山县 新县 商城县 项城市 淮阳区 太康县 鹿邑县 郸城县 沈丘县 西华县 扶沟县 商水县
泌阳县 遂平县 西平县 上蔡县 汝南县 平舆县 正阳县 确山县 新蔡县
"""
_CHINA = """
北京市 上海市 天津市 重庆市 河北省 山西省 辽宁省 吉林省 黑龙江省 江苏省 浙江省 安徽省 福建省 江西省 山东省 河南省 湖北省 湖南省 广东省
海南省 四川省 贵州省 云南省 陕西省 甘肃省 青海省 台湾省 广西 西藏 宁夏 新疆 内蒙古 深圳市 广州市 杭州市 苏州市 武汉市 西安市 成都市
南京市 合肥市 济南市 青岛市 长沙市 石家庄市 太原市 襄阳市 十堰市 宁波市 厦门市 东莞市 佛山市 无锡市 阜阳市 亳州市 菏泽市 临沂市 义乌市
"""
_WITHIN = {"襄城县": "许昌市", "温县": "焦作市", "方城县": "南阳市"}
"""The city of each county that documents are held of: its name may stand for the county (许昌安彩)."""
_ONLY_IN_FULL = frozenset(
    {"商城县", "新县", "通许县", "正阳县", "西平县", "光山县", "博爱县", "温县", "建安区", "内黄县"}
)
"""Places whose short name is also a common word, or is one character."""
_HOME_WORDS = re.compile(
    r"(?:咱们?|我们?|俺们?|本|我们)(?:县|这儿|这里|这边|这|当地|地)|县里|县上(?!市)|县政府|县财政|本地|当地"
)
_OURS = "咱县"
_CITY_WORDS = re.compile(
    r"(?:咱们?|我们?|俺们?|本|全)市(?!场|值)|市里(?!面|认定|评)|市级(?=的?(?:文件|政策|规定|层面|部门|单位|财政))|市政府"
)
_PROVINCE_WORDS = re.compile(r"(?:咱们?|我们?|俺们?|本|全)省|省里(?!认定|评)|省上(?!认定|评)|省政府|省一级")
_NOT_A_PLACE = re.compile(
    r"(?:郑州|河南|洛阳|南阳|信阳|新乡|商丘|许昌|北京|上海|清华|武汉|南京|西安|浙江|山东|湖南|湖北|四川|厦门)"
    r"(?:理工|师范|农业|科技|工业|财经|交通|医学|工学|轻工业|中医药)*(?:大学|学院|理工|师范)|技能河南|郑州(?:那个|那边的?|的)?(?:区域股权|股权交易|股交|商品交易)|武大|北京时间|北京证券|上海证券|深圳证券"
)
_ORIGIN_BEFORE = re.compile(r"(?:从|自|由|来自|老家|籍贯|去|到|往|发往|运到|卖到|跑|在)$")
_ORIGIN_AFTER = re.compile(
    r"^(?:来的|来|(?:的|哩|嘞)?人(?!才)|籍|过来|那边来|工人|员工|户口|老乡|客户|买|招人|招工|拉|发货|分公司|总部|(?:的|哩|嘞)(?:工人|员工|客户|老乡|供应商|厂家))"
)


_SETTLED = re.compile(r"(?:那边|这边)?(?:开|办|注册|投资|经营|有)(?!会)")
"""After 在镇平: the enterprise itself is there."""
_OURS_THERE = re.compile(r"(?:厂子?|公司|企业|店|单位|项目|要是|如果|假如|换成?|搬)在$")
_THERE = re.compile(r"(?:呢|的话|[,，。？?]|$)")


@dataclass(frozen=True)
class HomeRegion:
    """Whose desk this is, e.g. 方城县, 南阳市, 河南省."""

    county: str = "方城县"
    city: str = "南阳市"
    province: str = "河南省"

    def level(self, region: str) -> Level:
        """Return how a region stands to ours."""
        levels: dict[str, Level] = {self.county: "county", self.city: "city", self.province: "province"}
        return levels.get(region, "elsewhere")


@dataclass(frozen=True)
class Named:
    """The places a question names as its subject; `own` when it says “our county” in any words."""

    regions: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True)
class Places:
    """Finds place names; knows the places of the corpus and, so that it can say no, many that are not in it."""

    home: HomeRegion
    known: frozenset[str]
    _names: dict[str, str] = field(init=False, default_factory=dict)
    _pattern: "list[re.Pattern[str]]" = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        for full in (*_CHINA.split(), *_HENAN.split(), *self.known, self.home.county, self.home.city):
            self._names[full] = full
            if full not in _ONLY_IN_FULL and len(full) > 2 and full[-1] in "省市县区":
                self._names[full[:-1]] = full
        names: Iterable[str] = sorted(self._names, key=len, reverse=True)
        self._pattern.append(re.compile("|".join(map(re.escape, names))))

    def find(self, text: str) -> Named:
        """Return the places a question is about; where people or goods come from or go to does not count."""
        rest = _NOT_A_PLACE.sub(lambda match: "□" * len(match[0]), text)
        regions: dict[str, None] = {}
        for match in self._pattern[0].finditer(rest):
            full = self._names[match[0]]
            if full not in self.known and _in_passing(rest, match):
                continue
            regions[full] = None
        if _CITY_WORDS.search(rest):
            regions[self.home.city] = None
        if _PROVINCE_WORDS.search(rest):
            regions[self.home.province] = None
        own = bool(_HOME_WORDS.search(rest)) or self.home.county in regions
        return Named(tuple(regions), own)

    def find_mended(self, mended: str, written: str) -> Named:
        """The same for a text whose spelling was mended: places nobody wrote (新线 → 新乡) must at least be known."""
        found, asked = self.find(mended), self.find(written)
        kept = tuple(one for one in found.regions if one in self.known or one in asked.regions)
        return Named(kept, found.own)

    def without(self, text: str) -> str:
        """Return the question less the names of places, which say nothing about its subject."""
        return _PROVINCE_WORDS.sub("", _CITY_WORDS.sub("", self._pattern[0].sub("", text)))

    def moved(self, text: str, named: Named) -> str:
        """Return the same question asked of the places named instead; as it is where none is named."""
        if not (named.regions or named.own):
            return text
        there = "和".join(named.regions) if named.regions else _OURS
        return f"{there}{_HOME_WORDS.sub('', self.without(text))}"


def is_within(region: str, named: Collection[str]) -> bool:
    """Tell whether a place is one of those named, or a county of one."""
    return region in named or _WITHIN.get(region) in named


def _in_passing(text: str, match: "re.Match[str]") -> bool:
    before, after = text[: match.start()], text[match.end() :]
    if _OURS_THERE.search(before) and _THERE.match(after):
        return False
    return not _SETTLED.match(after) and bool(_ORIGIN_BEFORE.search(before) or _ORIGIN_AFTER.search(after))
