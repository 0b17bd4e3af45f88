"""Reading a question: what is asked of the subject (an amount, the unit, the materials...), and what the subject is."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from zhiqibot.content.policies import fold


class Aspect(StrEnum):
    """What a person wants to know of a policy."""

    CONTACT = "contact"
    MATERIALS = "materials"
    DEADLINE = "deadline"
    HOW = "how"
    UNIT = "unit"
    AMOUNT = "amount"
    DURATION = "duration"
    CONDITIONS = "conditions"
    GENERAL = "general"


_VALUE_NOUNS = (
    "额度 利率 利息 税率 费率 租金 房租 房价 地价 电价 气价 水价 油价 单价 价格 学费 运费 罚款 滞纳金 起征点 工资 年薪 最低工资 "
    "电话 号码 手机号 微信号 网址 网站 地址 名单 工本费 报名费 手续费 服务费 管理费 处理费 押金 保证金 首付 缴费基数 定价 费用 分数线 票价"
)
ATTRIBUTES = tuple(_VALUE_NOUNS.split())
"""Nouns that ask for one particular value: only a card that states that very value answers."""

_PATTERNS: tuple[tuple[Aspect, str], ...] = (
    (
        Aspect.CONTACT,
        r"(?:电话|号码|手机号?|座机|微信号|网址|地址|联系方式)(?:是|有|给|发|在|号|咋|怎|多|几|告|呢|吗|$)"
        r"|[打拨](?:哪个|哪里的|哪儿的|几|什么|啥)(?:电话|号|热线)?|多少号|在哪儿?办公|联系人是谁|叫什么名字|谁的电话|(?:求|要|查|给)(?:个|一下)?(?:电话|号码)"
        r"|几楼|第几|叫啥名|哪条(?:街|路)|哪一?(?:栋|座|层)|(?:什么|啥|具体|哪个)位置|怎么走|在(?:啥|什么)(?:地方|位置)[?]?$|^在?哪(?:里|儿)[?]?$",
    ),
    (
        Aspect.MATERIALS,
        r"(?:什么|哪些|啥|几样|几份|哪几样|哪几份|多少)(?:材料|资料|手续|证件|证明|票据|表格|东西)|材料(?:有哪些|清单|要啥|是啥|呢|都)"
        r"|(?:交|带|备|准备|提供|提交|拿)(?:些|上)?(?:什么|哪些|啥)(?!部门|单位|地方|时候)|要(?:交)?(?:材料|资料)|资料清单|(?:材料|资料)要(?:哪|什么|啥)|(?:要|用|需要|得)(?:交|带|提供|提交)[^钱费税,]{1,6}[吗不么][?]?$",
    ),
    (
        Aspect.DEADLINE,
        r"(?:现在|\d+月份?|[一二三四五六七八九十]+月份?|年底|月底)(?:还|才)?能不?能?(?:申报|申请|报名?|领|办)|截止|截至|到(?:几|哪)(?:号|天|月|年)|(?:什么|啥)时候(?:之前|前|开始|结束|申报|申请|报|办|截|到期|过期|完|能?投|建成|出台|动工|开工|招生)"
        r"|最晚|最迟(?!几)|申报时间|报名时间|哪天(?:前|截|结)|几月份?(?:报|申|截|投|前|底)|过期|有效期|多会儿(?:报|截|投|建|开)|哪一?年底|何时",
    ),
    (
        Aspect.HOW,
        r"(?:怎么|咋|咋样|如何|怎样|咋个|怎么样|怎么才能|咋着)(?:才能|能|去|来|给)?(?:申请|申报|办理|办|报名|报|领取?|申领|兑现|弄|走|入库|加入|参加|享受|拿|操作)"
        r"|流程|步骤|(?:去|到|在|上)(?:哪|哪儿|哪里|啥地方|什么地方)(?:儿|里)?(?:能|可以|去)?(?:申请|申报|办|报|领|交|弄|登记)|哪个窗口|走啥(?:流程|程序)|申请方式|网上能不?能?办",
    ),
    (
        Aspect.UNIT,
        r"(?:哪个|哪家|哪些|哪位|什么|啥|哪一个|哪几个)(?:部门|单位|局|机构|领导|县领导|科室)|归(?:谁|哪)(?:[个家级](?:部门|单位|局)?(?:来|在)?管)?|谁(?:来|在)?(?:管|负责|牵头|主管|抓|审批|审核|受理|批(?!发)|拍板)|领导(?:来|在)?(?:管|抓)|(?:局|部门|单位)说了算|(?:找|问|联系|该找)(?:谁|哪)"
        r"|责任单位|牵头(?:人|单位|部门)?(?:是|有)?(?:谁|哪)|主管(?:部门|单位)|哪级领导|谁(?:来)?(?:出|发|给)钱|谁掏|(?:部门|单位)(?:是谁|是哪)",
    ),
    (
        Aspect.DURATION,
        r"(?:(?<![前这近好头])|(?<=提前))几(?:个)?(?:工作日|天|年|个月|小时|分钟|日|周)|多久|多长时间|多少(?:个)?(?:工作日|天(?!然)|年(?!轻)|个月|小时)|时限|多快|隔多|哪几天|等多|时间要多|几号",
    ),
    (
        Aspect.AMOUNT,
        r"(?:多少|(?<![分哪好])几|(?<!有)啥)(?:钱|元|块|万|百|千|个钱|补贴|补助|奖金|奖励|百万|亿)|具体数字|(?:补|奖|给|发|报|领|拿|贴|扶持|返|退|免|降|贷|减|到手|收|花|能用|支持)(?:到手|助|贴|励|销|取|到|得|款)?(?:多少|几(?![十百千万亿]+的)|个?啥标准|多大)"
        r"|(?:金额|标准|额度|利率|利息|税率|费率|租金|价格|电价|气价|水价|地价|上限|封顶|费用|价钱|比例|力度)(?:是|有|为|怎么|咋|高|多|几|呢|给|写|定|上|$|啥)|多大(?:的)?(?:盘子|规模|池子|额度)|(?:盘子|规模|池子)(?:有|是)?多大|多少税|几个点|多少(?:个)?点|百分之(?:几|多少)|多大力度|(?:低于|高于|超过|不足|少于)多少|多少(?:才?算|以[上下内])"
        r"|收费多少|收费标准|多少钱?一|金额|标准(?![地化厂弟第])|额度|利率|税率|费率|租金|价格|电价|气价|水价|地价|多少$|差多少|几个钱|收费吗|收费不|要钱|要掏|掏钱|几(?:毛|角)",
    ),
    (
        Aspect.CONDITIONS,
        r"条件|资格|门槛|符合(?:什么|哪|啥)|够不够(?:格|条件)|(?:谁|哪些企业|哪些人|什么企业|啥企业|什么人|啥样的?|什么样的?)(?:能|可以|才能|能够|算|可)|要求(?:是|有|高)|限(?:制|哪)|算不算",
    ),
)
_COMPILED = tuple((aspect, re.compile(pattern)) for aspect, pattern in _PATTERNS)

_COMPARE = re.compile(
    r"(?:都|分别|各)(?:是|有|补|奖|给|能|要|几|多)*(?:多少|哪些|啥|什么|几)|几档|哪几档|分档|分几(?:档|类|种|级|等)|各档|所有(?:档|标准)|全部标准|差多少|(?:跟|和|与|比).{1,14}(?:差|区别|比|哪个|一样)|对比|比较|区别|一样不|一样吗|整张表|明细"
)
_PREMISE = re.compile(
    r"不是.{0,14}(?:吗|么|嘛|[?])|不是(?:说|写|规定|要|给|补|奖)|是不是|对不对|对[吗么嘛吧]|是吧|没错吧|真的(?:吗|不|假的|么)|真给|是真是假|听说|听人说|人家说|有人说|据说|网上说|我记得|应该是|难道|不是才|吧[?。!]?$|(?:给|奖|补|发|拿|领|是)\S{0,4}\d\S{0,6}[吗么不][?]?$"
)
_YES_OR_NO = re.compile(
    r"有没有|有.{0,8}(?:吗|不|没|没有)[?]?$|([认管给让])[不没]\1|能不能|是不是|会不会|要不要|可不可以|[吗不没](?=[?,]|$)"
)
_COUNT = re.compile(r"(?:(?<!好)几|多少)个?(部|条|家|名|亩|场|次|户|档|级|类|种|座|期|地方)")
_OWN_CASE = re.compile(
    r"(?:我|俺|咱)(?:们|司|家|公司|厂|们厂|们公司)?.{0,8}(?:交上去|报上去|递上去|申请上去|装\S{0,3}|报)?(?:的)?(?:那个|那件|这个|这件|的)(?:单子|申请|件|案子|材料|补贴|奖金|钱)"
    r".{0,8}(?:到哪|谁在跟|进展|咋样了|批了没|批下来没|批没批|到账了[吗没]|下来没|办到|审到|哪一步)|(?:公司|厂)的到账了[吗没]|名单里有没有"
    r"|(?:隔壁|别家|对门|人家|某某)\S{0,4}(?:厂|公司|企业|家)\S{0,4}(?:拿|领|得|补|奖)了?(?:多少|几)"
    r"|(?:我|俺|咱).{0,14}(?:批下来|处理完|处理好|办完|办好|弄好|审完|通过|修好|解决)了?(?:没|吗|木有)|(?:我|俺|咱).{0,8}到哪一?步"
    r"|(?:我|俺|咱).{0,6}(?:在不在|进没进|是不是在|有没有进|能查到).{0,8}(?:名单|库)|包联(?:我|俺|咱)\S{0,4}(?:干部|领导|人)?(?:是谁|是哪|姓|叫)"
    r"|(?:我|俺|咱|[侄儿]子|闺女|媳妇).{0,14}(?:申请|补[贴助]|奖[补金励]|材料|钱|款).{0,6}"
    r"(?:(?:批|审|走|办)到哪|(?:到[账帐]|到卡上?|打(?:到|进)卡上?|卡上|到位|(?:发|批|打)?下来|打过来|到手)了?(?:没|吗|木有))"
    r"|(?:我|俺|咱).{0,8}(?:还|去年|上个?月)?欠了?(?:多少|几|没)|(?:我|俺|咱)\S{0,8}(?:领|拿|得|享受)过(?:多少|几|哪些|啥|什么)"
)
"""The state of one enterprise's own matter, which no document tells."""
_SUM = re.compile(r"(?:补|奖|给|领|拿|发|报)(?:贴|助|励)?(?:多少|几)|多少钱|金额|几个钱")
_HOW_MUCH = re.compile(r"多少|几|多高|多大|标准|收费|掏钱|要钱")
_TAX_DUE = re.compile(r"(?:交|缴|扣)(?:多少|几)\S{0,2}税")
_ARRANGED = re.compile(r"有(?:何|什么|啥|哪些)(?:新)?(?:安排|措施|政策|支持|举措|优惠|说法|办法)")
"""What is done about rates or fees is asked, not how high they are."""
_A_SHARE = re.compile(r"(?:标准)?(?:之|的)?(?:比例|百分之|几成|\d+%)")
"""After a noun: not its value is asked for but a share of it (最低工资的百分之几)."""
_SPLIT = re.compile(
    r"[?!;。\n]+|(?:,|^)(?:另外|还有就?是?(?!效|几[天年月]|多[久少]|别的|其他|其它|什么|啥|哪|没)|再问(?:一下|一句|个)?|顺便(?:问(?:一下|问)?)?|还想(?:问|知道)|第二(?![条章款项点大部])个?(?:问题)?)[,: ]*"
)
_LEADING = re.compile(
    r"^(?:你好|您好|请问(?:一下)?|问一下|问下|想问(?:一下|问)?|咨询(?:一下)?|想咨询(?:一下)?|麻烦问(?:一下|下)?|打听(?:一下|下|个事)?|帮我(?:查|问|看)(?:一下|下|查|看)?|我想(?:知道|了解|问)(?:一下)?|那个(?!人所得|体)|先?等等|先?等一?下|慢着|稍等|哎|嗯|那么|那)[,:。! ]*"
)
_PERIOD = re.compile(
    r"分几(?:次|年|期|批|回)|(?:补|发|领|给|拿|享受)几(?:次|年|个月|回)|按[月年季](?:给|发|补|领|付|还是)|[月年]发还是|分[年期批]|"
    r"(?<!第)一次(?:性)?(?:给|发|付|拿|还是|付清|到位)|还是一次|连着?(?:发|补|领|拿)几"
)
_AT_ONCE = re.compile(
    r"叠加|同时(?:领|享受|拿|申请|给|报)|一起(?:领|拿|给|申请|报|享受)|(?:俩|两[样项份笔]|几[样项份笔])\S{0,4}都?(?:能|可以|给|领|拿)|"
    r"重复(?:领|享受|奖|拿)|兼得|都给[吗不么]|再奖|还[能再]?奖|累计领"
)
"""Whether one may have several of them."""
ASKING = re.compile(
    r"(?:说得|这话)?对(?:吧|吗|么|不对)[?。!]?$|没错吧|是真的[吗么]|请问|咨询|一下|要求|各(?=有|是|要|给|多|几|能|补|奖|$)|有没有|是不是|能不能|可不可以|是否|会不会|行不行|中不中|怎么办|咋办|咋弄|怎么样|怎么|咋样|如何|多少钱|多少|几个钱|什么|哪些|哪个|啥样的?|啥|"
    r"我们|咱们|俺们|我司|我公司|我|咱|俺|你们|您|你|恁|公司|企业|(?<!绿色)(?<!智能)(?<!数字)工厂|厂里|厂子|(?<!工)厂(?![房区商矿])|单位|老板|政府|有关|相关|关于|想要|想|需要|可以|能够|(?<![节智功技])能(?![耗源])|吗|呢|吧|啊|呀|嘛|么|的|了|是|"
    r"知道|了解|问问|找谁|归谁管|谁管|谁负责|归哪|哪儿|哪里|现在|目前|今年|一年|到底|具体|这个|那个|这种|这|那|就是|还是|还(?!款)|也|都|给(?!予)|要|有|没|不|在|(?<!社)会(?![议计展员])|把|被|跟|和|与|来|去|到|听?人家说?|说|听说|恁|事(?![故项业务])|拿|领|享受|政策|规定|文件|要求|情况|一般|搞|各个|板块|列出|列|真的|真|刚|他|她|它|一块|方面|分别|每年|多|呀|哈|一条|意思|模式|态度|怎么回|回(?![收访款购迁])|太[贵高慢]"
)


@dataclass(frozen=True)
class Question:
    """One question, folded; `subject` is what is left when the words of asking are taken away."""

    text: str

    @classmethod
    def read(cls, text: str) -> "Question":
        folded = fold(text).replace("，", ",").replace("？", "?").replace("。", "。").strip()
        while (shorter := _LEADING.sub("", folded, count=1)) != folded and len(shorter) >= 2:
            folded = shorter
        return cls(folded)

    @cached_property
    def aspect(self) -> Aspect:
        """The first thing that is asked."""
        found = next((aspect for aspect, pattern in _COMPILED if pattern.search(self.text)), Aspect.GENERAL)
        if found in (Aspect.CONTACT, Aspect.AMOUNT) and _COUNT.search(self.text):
            return Aspect.GENERAL
        whether = found is Aspect.AMOUNT and _YES_OR_NO.search(self.text) and not _HOW_MUCH.search(self.text)
        return Aspect.GENERAL if whether else found

    @cached_property
    def asks_amount(self) -> bool:
        """True when an amount is asked for, perhaps beside something else (“补多少，要啥材料”)."""
        return bool(_SUM.search(self.text))

    @cached_property
    def own_case(self) -> bool:
        """True when the state of one's own matter is asked for."""
        return bool(_OWN_CASE.search(self.text))

    @cached_property
    def asks_period(self) -> bool:
        """True when it is asked in how many parts or for how long something is paid."""
        return bool(_PERIOD.search(self.text))

    @cached_property
    def asks_at_once(self) -> bool:
        """True when it is asked whether several may be had together."""
        return bool(_AT_ONCE.search(self.text))

    @cached_property
    def counted(self) -> str:
        """The measure word of what is to be counted (亩 of “多少亩”), or nothing."""
        found = _COUNT.search(self.text)
        return found[1] if found else ""

    @cached_property
    def compares(self) -> bool:
        return bool(_COMPARE.search(self.text))

    @cached_property
    def presumes(self) -> bool:
        """True for “不是说奖1000万吗”: the person states something and wants it confirmed."""
        return bool(_PREMISE.search(self.text))

    @cached_property
    def attribute(self) -> str:
        """The noun whose value is asked for (税率, 租金, 电话), or nothing."""
        if _COUNT.search(self.text) or (_YES_OR_NO.search(self.text) and not _HOW_MUCH.search(self.text)):
            return ""
        if _TAX_DUE.search(self.text):
            return "应交的税"
        if _ARRANGED.search(self.text):
            return ""
        found = [(place, noun) for noun in ATTRIBUTES if (place := self._asks_value_of(noun)) >= 0]
        return max(found)[1] if found else ""

    def _asks_value_of(self, noun: str) -> int:
        """Return where the noun stands as the thing whose value is asked for, or -1."""
        text = self.text.replace("白名单", "")
        place = text.rfind(noun)
        share = place >= 0 and _A_SHARE.match(text, place + len(noun))
        return -1 if share or f"{noun}的" in text else place

    @cached_property
    def subject(self) -> str:
        """The question less the words of asking."""
        return re.sub(r"[^\w+]+", "", ASKING.sub(" ", without_aspect(self.text)))


def split(text: str) -> list[str]:
    """Return the questions of one message, in order."""
    parts = [part.strip(" ,、:") for part in _SPLIT.split(fold(text)) if part]
    return [part for part in parts if len(part) >= 2]


def without_aspect(text: str) -> str:
    """Return a text without the words that tell what is asked of its subject."""
    for aspect, pattern in _COMPILED:
        if aspect in (Aspect.UNIT, Aspect.HOW, Aspect.CONTACT, Aspect.MATERIALS, Aspect.DEADLINE, Aspect.DURATION):
            text = pattern.sub(" ", text)
    return text
