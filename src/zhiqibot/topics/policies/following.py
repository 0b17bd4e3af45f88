"""How people go on after an answer, and how they ask what sounds like a report or an application; words only."""

import re

from zhiqibot.dialogue.judging import WHAT_OF
from zhiqibot.topics.policies.counts import counts_in

SHORT = 22
"""Characters of a text that may go on with the answer before it."""
LONGEST_ROW = 12
"""Characters of a text that may be nothing but another row of the table shown (“沪深主板”, “重要用户”)."""
LONGEST_NAME = 8
"""Characters of a bare name (“实用新型”)."""
WANTS_UNIT = re.compile(
    r"(?:帮我?|替我|给我|麻烦|那你|你)(?:去|们)?(?:问问?|咨询|转|登记|反映|提交|联系)|问(?:一下|问)?(?:责任|承办|主管|有关)?(?:部门|单位)|转给?(?:责任|承办|有关)?(?:部门|单位)"
)
HOW_MUCH = re.compile(
    r"(?:补|奖|给|发|领|报销?|减|免)(?:助|励|贴)?.{0,3}(?:多少|几千|几百|几万|吗|不$|么)|多少(?:钱|补贴|奖)|有(?:没有)?(?:补贴|奖励|补助|奖补)"
)
_WANTS_IT = re.compile(
    r"^(?:那|好的?|行|中|可以|就)*[，,]?(?:请|麻烦)?(?:你|您)?(?:帮|给|替)?(?:我们?|俺们?|咱们?)?(?:就|也|要|想|得|先|现在)*(?:报|申请|申报|申领|领)(?:一下|一个|上|这个|这项|它|了)*[吧呗啊。！!]*$"
)
_ANY_GRANT = re.compile(
    r"有(?:没有?|啥|什么|哪些)?[^,，。没]{0,4}(?:补贴|补助|奖励|奖补|扶持|优惠)(?:政策)?(?:没有?|木有|不|吗|么|呢)?[?？]*$|能(?:不能)?[补贴奖](?:点|一点|些|一些)?[不吗么]?[?？]*$"
)
"""“买了三台机床，有补助没” tells no trouble."""
_GRANT_SO = re.compile(
    r"(?:补贴?|补助|奖励?|奖金)[^,，。]{0,6}\d+(?:\.\d+)?[万千百元块]*[^,，。]{0,4}(?:对不对|对[吧吗么]|是吧|真的吗?|是不是真的)[?？。!！]*$"
)
"""“高企奖励20万对不对” wants a sum confirmed and tells no trouble."""
WANTS_A_PERSON = re.compile(r"人工|真人|活人|客服|找个?人|领导|工作人员|热线|联系|电话")
UNPAID = re.compile(r"没(?:有)?(?:到|发|给|兑现|拿到|下来|收到)|拖|欠|一直不|还不(?:给|发)|迟迟")
WHICH_DAY = re.compile(r"哪一?天|几[号日]|啥时候|什么时候|何时|多会儿")
FAIR = re.compile(r"招聘会|招工会|双选会|招聘大会")
"""Days of other offices: no timetable of ours has them, a policy may."""
_GOES_ON = re.compile(
    rf"{WHAT_OF}"
    r"|还有(?:别的|其他|其它|什么|啥|哪些|没有|没|吗)|不是(?:说|(?:每|最高|最多|一次性)?\S{0,4}(?:补|奖|给|\d)\S*[吗么嘛?？])|听说|(?:对[吗么不吧]|真的[吗假])[?？]?$"
    r"|(?:多少钱?|几天|多久|几个钱)[?？]?$|(?:什么|啥|哪些)(?:条件|要求|材料|手续)|(?:怎么|咋|如何)(?:个)?(?:申请|申报|弄|办)[?？啊呢]*$|怎么(?:申请|申报)|(?:分|发|补|领|给)几(?:次|年|个月|期)|一共(?:发|补|领)?几年|咋(?:申请|报|办)[?？]?$"
    r"|(?:一共|总共|合计|加起来|拢共)(?:能|可以)?(?:有|拿|领|给|多少|几|呢|是)?|^是?按[月年季次]|一次(?:性)?(?:给|发|付)|^归(?:谁|哪)|^(?:该|得|要|应该)?(?:找|问)(?:谁|哪)|^谁(?:来)?(?:管|审|批|负责|牵头|[出发给]钱)|(?:哪个|啥|什么|哪家)(?:部门|单位)(?:管|负责)?"
    r"|也不?(?:行|中|可以|能|算|给|有)[吗不么]?[?？。]*$|(?:几|多少)个?[年月](?:能|啊|呢)?[?？]?$"
    r"|^(?:要|用|得|还)?(?:花|掏|交|收)(?:不[花掏交收])?(?:钱|费)[不吗么]?[?？]*$"
    r"|^(?:要|用|得|需要)(?:不要|不用)?(?:交|带|提供|提交)\S{1,6}[吗不么][?？]?$|^在?(?:啥|什么)地方[?？]?$|^[在去到上]?哪(?:里|儿|边|个(?:地方|窗口))?(?:能|可以)?去?(?:办|办理|申请|申报|交|领|弄)?[啊呢?？]*$|叠加|(?:一起|同时)(?:领|拿|申请|报)|都能(?:领|拿|报)|^(?:要是|如果|换成|那要是|那)"
)
ASKED_THAT = re.compile(r"^(?:不对|不是|错了)?[,，。]?(?:[我俺咱]们?)(?:是)?(?:问|想问|要问)的(?:是|就是)")
"""“我问的是三年一共” says the last question again, whatever was said of its answer in between."""
_BARE_FIGURE = re.compile(
    r"^(?:那|就|也就|差不多|大概|大约|估计|估摸着|可能|一共|总共|得有|有个?|得)*(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百千]+)[万千百亿]?(?:块钱?|元|多?万|亿)?(?:来|多)?(?:块钱?|元)?(?:左右|上下)?(?:的)?(?:税款?|钱|投资|营收|产值|贷款)?(?:左右|吧|的样子|这样)*[。！!]*$"
)
"""“差不多800万的税”: how much it is in their own case."""
_MEANS = re.compile(
    r"(?:是)?(?:啥|什么)意思|指的?是(?:啥|什么)|(?:有|是)(?:啥|什么|哪些)(?:好)?(?:做法|经验|办法|措施)|(?:怎么|咋)(?:做|搞|弄)的"
)
_NOT_A_NAME = re.compile(
    r"[了没不坏停堵漏断欠拖罚催办报约订改撤谢好行嗯是吗呢吧啊你您我俺咱他请帮要想得给有无来去走说问看转查退取预多少几谁啥什么怎哪打印导出列清单发继续重新算]|\d"
)
_NOT_APPLYING = re.compile(
    r"(?:不|先不|没打算|不是(?:要|来|想))(?:想|要|打算|准备)?(?:申请|申报|申领)|(?:就|只是?|光|先)(?:问问|打听|咨询|了解)"
)
_ASKS_ABOUT = re.compile(
    r"(?:行不行|中不中|可不可以|行吗|中吗|可以吗|[对是好行][吧吗不]|能不能[^,，]*|吗|几天|多久|咋算的?|怎么算的?|有(?:什么|啥)?(?:要求|条件|限制)没?(?:有)?)[?？。!！]*$"
)
_NAMES_A_GRANT = re.compile(
    r"^[^申领报兑办拨走递交提批拿登受发要给]{2,16}(?:奖励|补贴|补助|奖补|资助|津贴|贴息|政策)(?:呢|的|吗|不)?[?？。]*$"
)
"""“商标注册奖励” names a grant and asks for nothing to be filed."""
_HOW_RECKONED = re.compile(r"(?:咋|怎么|如何)(?:个)?算|听说|人家说")
_APPLIES = re.compile(
    r"(?:[我俺咱]们?|公司|厂里?)?(?:就?是|现在)?(?:要|想|打算|准备|得|帮(?:我|俺|忙)|给(?:我|俺)|替(?:我|俺))[^,，。?？]{0,6}(?:申请|申报|申领|领|办|报)"
)
_STILL = re.compile(
    r"还(?:能|可以|可不可以|能不能)(?:再|补)?(?:报|领|拿|补|申请|享受)(?:销|上|到)?[吗不么]?[?？啊呢]*$"
)
_WHETHER = re.compile(
    r"行不行|中不中|[行中可][吗不么][?？]?$|能不能|可不可以|算不算|算[吗不]|给不给|[能给领够让]不[能给领够让]|[吗不没么][?？]*$|能.{1,14}[吗不么][?？]*$"
)


def goes_on(text: str) -> bool:
    """Tell whether a text sounds like going on with what was just answered (“大专呢”, “分几次给”, “归谁管”)."""
    return bool(_GOES_ON.search(text.strip()))


def is_bare_name(text: str) -> bool:
    """Tell whether a text is nothing but the name of something: no verb, no trouble, no question."""
    said = text.strip("，,。.！!？?　 ")
    return 2 <= len(said) <= LONGEST_NAME and not _NOT_A_NAME.search(said)


def tells_numbers(text: str) -> bool:
    """Tell whether a short text gives numbers of something (“那介绍了20个”, “硕士改成3个”)."""
    return bool(counts_in(text))


def wants_confirmed(text: str) -> bool:
    """Tell whether a text wants a sum of a benefit confirmed."""
    return bool(_GRANT_SO.search(text.strip()))


def wants_it(text: str) -> bool:
    """Tell whether a text asks for what was spoken of, naming nothing else (“那我报一下”)."""
    return bool(_WANTS_IT.match(text.strip()))


def asks_any_grant(text: str) -> bool:
    """Tell whether a text ends with asking if there is anything to be had for what it tells."""
    return bool(_ANY_GRANT.search(text.strip().rstrip("。！!"))) and not UNPAID.search(text)


def tells_figure(text: str) -> bool:
    """Tell whether a short text is nothing but a sum of the person's own (“差不多800万的税”)."""
    return bool(_BARE_FIGURE.match(text.strip())) and bool(re.search(r"[万亿元块]", text))


def asks_how(text: str) -> bool:
    """Tell whether a text asks how something it names is done (“用气报装咋弄”)."""
    return bool(re.search(r"\S{2,}(?:咋|怎么|如何)(?:个)?(?:弄|办|报|申请|办理)[?？。]*$", text.strip()))


def asks_meaning(text: str) -> bool:
    """Tell whether a text asks what something means, or how a place goes about it."""
    return bool(_MEANS.search(text))


def only_asks(text: str) -> bool:
    """Tell whether a text that speaks of applying denies it, or asks about it without wanting it."""
    if _NOT_APPLYING.search(text) or _NAMES_A_GRANT.search(text.strip()):
        return True
    asks = _ASKS_ABOUT.search(text) or _HOW_RECKONED.search(text)
    return bool(asks) and not _APPLIES.search(text)


def asks_still(text: str) -> bool:
    """Tell whether a text asks if something may still be had, after what was done (“都接回来了还能报不”)."""
    return bool(_STILL.search(text.strip()))


def asks_whether(text: str) -> bool:
    """Tell whether a text asks if something may be had, under what it says of itself."""
    return bool(_WHETHER.search(text.strip()))
