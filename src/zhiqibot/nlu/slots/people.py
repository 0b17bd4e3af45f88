"""How many come, and how many seats there are."""

import re
from typing import Final

from zhiqibot.nlu.numerals import parse_number
from zhiqibot.nlu.slots.part import Part

MOST_PEOPLE: Final = 500


def _chain(group: int, item: str, join: str, least: int) -> str:
    """Return a pattern of items with a join between each two, `least` of them or more; `group` counts its own group.

    The item stands in it once, not once before and once behind the join: that halves what compiling takes."""
    return rf"(?:(?({group}){join}|)({item})){{{least},}}"


_FIGURE = r"\d一二两三四五六七八九十百"
_NUMBER = rf"(?<![{_FIGURE}])(?:\d{{1,4}}|[一二两俩仨三四五六七八九十百]{{1,5}})(?![\d十百千万.])"
_PERSON = (
    r"(?:人(?![大民才社事工力均])|同志|代表|股东|干部|同事|技术员|工程师|负责人|领导|骨干|高管|老师|师傅|朋友|伙计|会计|财务|经理|律师|司机|助手"
    r"|名额|席位?|座|位|坐)"
)
_NO_PEOPLE = r"(?!的?(?:问题|议题|事|场|会|月|星期|礼拜|小时|钟头|早餐|晚茶|活动|诉求|困难|摊位|展位|建议|服务|对接|大?讲堂|工作日|多月|亿|万|政|企业面|畅聊))"
_COUNTING = re.compile(r"[\d一二两俩仨三四五六七八九十百]")  # a look at which spares most of the work
_TOTAL = re.compile(
    rf"(?:一共|总共|合计|总计|共计|共|人数(?:是|为|有|:)?)(?:大?约|大概|是|有|去|来|报|派|:)*(?P<number>{_NUMBER})(?!号|天|年|月|家|台|万|元|块|次|件|场|点)"
)
_COUNT = re.compile(
    rf"(?P<with>带(?:上|着|了)?|领(?:着)?)?(?:[我俺咱]们?)?(?P<number>{_NUMBER})"
    rf"(?:[个位名口]{_PERSON}|人(?![大民才社事工力均])|[位名](?![次牌])|个(?=[,。!?吧呗去来参一算]|$))"
)
_SENT = re.compile(
    rf"(?:报|来|去|派|出|留|占|订|定|约|要|登记|参会|算[我俺])(?:上|了)?(?P<number>{_NUMBER})[个位名人座]{_NO_PEOPLE}"
    r"|报名\s?(?P<bare>\d{1,2})(?=$|[,。!?;])"
)
_PAIR = re.compile(r"(?P<many>俩|仨)(?!号|小时|月|天|星|礼拜|钟头|问题|事|活动|会|场|早餐|晚茶|万|百|千)")
_COUPLE = re.compile(r"(?:老|小)?(?:两|俩)口子?|夫妻|夫妇|一家三口|[爷娘]儿?俩")
_ALONE = re.compile(
    r"(?:就|只有?|光)[我俺](?:自己|一个|本人|去)?|[我俺](?:自己|一个人|本人|亲自)(?=[去来参过到,。]|$)|一人参[会加]|独自|单独"
)
_EACH = re.compile(rf"各(?:派|出|来|安排|报)?(?P<number>{_NUMBER})(?:个人|位|名|人|个)")

_FIELD = (
    r"(?:财务|会计|税务|法务|人事|人力资源|人力|行政|销售|采购|生产|技术|研发|质检|品控|仓管|仓储|物流|设备|安环|安全|环保|市场|项目|外贸|车间|办公室"
    r"|统计|报税|办税|综合|后勤|工艺|信息|证券|战略|运营|投资)"
)
_TITLE = (
    r"(?:副?董事长|董事会秘书|董秘|副?总经理|副?总裁|副总|副?总监|副?厂长|副?主任|副?经理|副?部长|副?科长|主管|会计|出纳|秘书|助理|专员|负责人|总?工程师|总工"
    r"|技术员|班组长|组长|书记|师傅|安全员|统计员|联络员|联系人|文员|法人代表|法定代表人|法人|股东|合伙人|老板娘|老板|老总|翻译|司机|律师|顾问|厨师长|总)"
)
_KIN = r"(?:媳妇|爱人|老公|老婆|妻子|丈夫|儿子|闺女|女儿|女婿|儿媳|弟弟|哥哥|妹妹|姐姐|对象|朋友|同事|徒弟|搭档)"
_SELF = r"(?:(?:我|俺)(?:自己|本人)?(?!们)|本人)"
_OURS = r"(?:(?:[我俺咱]们?|本)(?:家|厂里?|公司|企业|单位)?的?|厂里?的?|公司的?)"
_SURNAME = r"[^\W\d_a-zA-Z我俺咱你和跟与及同带加还有、各]"
_ROLE = (
    rf"(?:{_OURS}?(?:{_FIELD}(?:部|科|处|室)?的?{_SURNAME}?{_TITLE}|{_SURNAME}?{_TITLE}(?:负责人)?|{_FIELD}(?:部|科)?(?:人员)?|{_KIN})"
    rf"|{_SELF}|{_SURNAME}[工董姐哥]|[老小][\u4e00-\u9fff])"
)
_JOIN = r"(?:、|和|跟|与|以及|及|,?(?:还有|加上?|外加|带着?上?|领着?)|同)+(?:一?[个位名])?"
_LIST = re.compile(_chain(1, _ROLE, _JOIN, 2))
_LISTED = re.compile(rf"{_chain(1, _ROLE, _JOIN, 1)}$")
_BRINGS = re.compile(
    rf"(?:^|[,。]|[我俺](?:想|要|准备|打算|得|再|也|会|将)*|[去来](?:的话)?,?(?:再|还)?)(?:带|领)(?:上|着|了)?(?P<whom>{_chain(2, _ROLE, _JOIN, 1)})"
)
_JOINING = frozenset("、和跟与及带加同领还")
_ITEM = re.compile(_ROLE)
_SEVERAL = re.compile(_chain(1, rf"{_ROLE}{_NUMBER}[位名人个]", "[、,和]", 2))
_NUMBER_OF = re.compile(rf"({_NUMBER})[位名人个]")
_SOME = rf"(?:{_NUMBER}[个位名]?(?:{_ROLE}|{_PERSON}|人(?![大民才社事工力均])|[男女](?:的|士|同志|员工|职工|将)?|(?=[,。!?吧呗去来参算]|$)))"
_GROUPS = re.compile(_chain(1, _SOME, "[、,]?(?:和|跟|与|加上?|还有|外加|以及|另外)?", 2))
"""两个技术员一个会计, 三男两女."""
_AND_SOME = re.compile(
    rf"(?P<who>{_chain(2, _ROLE, _JOIN, 1)})(?:再|也|会|想|要|准备|打算|另外)*(?:和|跟|与|带(?:上|着|了)?|领(?:上|着|了)?|还有|加上?|外加)+"
    rf"(?P<some>{_chain(4, _SOME, '[、,]?(?:和|跟|与|加上?|还有|外加|以及)?', 1)})"
)
"""我和两个技术员, 老板带俩人: those named, and so many more."""
_HOW_MANY = re.compile(_NUMBER)
_AND_ME = re.compile(r"[,、]?(?:和|跟|加上?|连|算上|外加|还有)[我俺](?:自己|本人|一个)?(?:一共)?(?=[,。!]|$)")
_PLUS = re.compile(r"(?<![\d+])(?P<a>\d{1,2})\s?\+\s?(?P<b>\d{1,2})(?:个|位|名|人)")
"""5+1个人."""
_HOUSES = re.compile(rf"({_NUMBER})(?:家|个)[^,。]{{0,6}}$")
_NAME = (
    r"[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文牛樊尚闫]"
    r"[\u4e00-\u9fff]{1,2}"
)
_NAMES = re.compile(
    rf"(?:报名?|派|让|给|由|安排|参会|参加|出席|人员|名单|[来去]的)(?:的?(?:人员?|名单))?(?:是|为|有|:)*(?P<names>{_NAME}(?:(?:、|和|及|与){_NAME})+)"
)
_NO_NAME = r"(?!我|俺|本人|周[一二三四五六日末天围边]|马上|方[便才]|万一|白天|夏天|秋[天后]|于是|常[常年]|任何|金融|高[兴管]|黄昏|江湖|老[是早]|小[心时])"
PEOPLE: Final = rf"(?:(?!(?!同事){_JOIN})(?:(?:{_JOIN})?{_NO_NAME}(?:{_ROLE}|{_NAME}))+)"
"""A pattern of one or several people named: 小张, 老李和会计, 王建国."""
_ONE_OF_THEM = re.compile(rf"{_ROLE}|{_NAME}")
_BEFORE_EACH = re.compile(r"[,。!?;:~]|[\d一二两三]+(?:个人|位|名|人)")
_NOT_VISITORS_BEFORE = re.compile(
    r"(?:[缺招差]|缺工|招工|缺口|用工)[^,。]{0,2}$|员工|职工|工人|岗位|[第前后尾末满]$|\d$|剩$|每$"
)
_NOT_VISITORS_AFTER = re.compile(r"工(?!程)|缺口|还?[剩余]|月|名额[吗没]|焊|技(?!术)|普")
_AND_ONE = re.compile(r"(?:和|跟|与|还有|、|加上?|以及|外加)$")
_STAFF = re.compile(r"(?:厂|公司|企业|单位|店|车间)(?:里|现|目前|一?共|总共|有|大?约|大概)*$")
_TAKING_PART = re.compile(r"[^,。]{0,3}(?:参|去|来|报|出席|与会|到会)")
_CAPACITY = re.compile(
    rf"(?:名额|限额?|容量|最多|上限|规模|控制在|席位|座位|可坐|能坐|容纳|人数)[是为:设定报约个]*(?P<a>{_NUMBER})"
    rf"|(?P<b>{_NUMBER})(?:个|家|人|名|位)?(?:名额|席位|席|座位?|企业名额|人的?规模|家企业)|(?:限|请|邀请)?(?P<c>{_NUMBER})(?:人|家|位|名)"
)


def count_named(text: str) -> int:
    """Return how many people a stretch that fits PEOPLE names."""
    return len(_ONE_OF_THEM.findall(text))


def attendees(part: Part) -> int | None:
    """Return how many people come, from a number or from the people named; None for one implied visitor."""
    text = _without_times(part)
    if part.asked == "attendees":
        bare = re.fullmatch(
            rf"(?:就|共|一共|大概|报|来|去|总共)?(?:\d{{1,3}}[-~到至])?({_NUMBER})(?:个人?|位|名|人)?[吧呗啊呀左右去,。!]*",
            text,
        )
        if bare:
            return _people(bare[1])
    for read in (_counted, _named):
        people = read(text)
        if people:
            return people
    return 1 if _ALONE.search(text) else None


def capacity(part: Part) -> int | None:
    """Return how many seats a new session has."""
    match = _CAPACITY.search(_without_times(part))
    return _people(match["a"] or match["b"] or match["c"]) if match else None


def _counted(text: str) -> int | None:
    """Read a number of people: a total first, then so many of each, then any other."""
    if not _COUNTING.search(text):
        return 2 if _COUPLE.search(text) else None
    total = _TOTAL.search(text)
    if total and _people(total["number"]):
        return _people(total["number"])
    plus = _PLUS.search(text)
    if plus:
        return int(plus["a"]) + int(plus["b"])
    summed = _summed(text)
    if summed:
        return summed
    each = _EACH.search(text)
    if each:
        before = _BEFORE_EACH.split(text[: each.start()])[-1]
        listed, houses = _LISTED.search(before), _HOUSES.search(before)
        many = len(_ITEM.findall(listed[0])) if listed else _people(houses[1]) if houses else 1
        return (many or 1) * (_people(each["number"]) or 1)
    several = _SEVERAL.search(text)
    if several:
        return sum(_people(number) or 0 for number in _NUMBER_OF.findall(several[0]))
    for match in (*_COUNT.finditer(text), *_SENT.finditer(text)):
        people = _people(match["number"] or match.groupdict().get("bare") or "") if _are_visitors(text, match) else None
        if people:
            speaker = match.groupdict().get("with") and re.search(r"[我俺]$", text[: match.start()])
            return people + 1 if speaker else people
    pair = _PAIR.search(text)
    if pair:
        return 2 if pair["many"] == "俩" else 3
    if "三口" in text and _COUPLE.search(text):
        return 3
    return 2 if _COUPLE.search(text) else None


def _summed(text: str) -> int | None:
    """Add up groups that are told one by one, with those who bring them."""
    brought = None if _JOINING.isdisjoint(text) else _AND_SOME.search(text)
    found = [match for match in (brought, _GROUPS.search(text)) if match]
    if not found:
        return None
    match = min(found, key=lambda one: one.start())
    before, after = text[max(match.start() - 6, 0) : match.start()], text[match.end() : match.end() + 6]
    if _NOT_VISITORS_BEFORE.search(before[-4:]) or _NOT_VISITORS_AFTER.match(after) or _STAFF.search(before):
        return None
    who, some = (match["who"], match["some"]) if match.re is _AND_SOME else ("", match[0])
    numbers = [_people(number) for number in _HOW_MANY.findall(some)]
    speaker = 0 if who else bool(_AND_ME.match(text, match.end()))
    return None if None in numbers else len(_ITEM.findall(who)) + sum(number or 0 for number in numbers) + speaker


def _named(text: str) -> int | None:
    """Count the people named: 我和会计, 带上财务总监, 参会人员：王建国、李红梅."""
    if _JOINING.isdisjoint(text):
        return None
    names = _NAMES.search(text)
    if names:
        return len(re.split("[、和及与]", names["names"]))
    listed = _LIST.search(text)
    if listed:
        return max(len(_ITEM.findall(listed[0])), 2)
    brings = _BRINGS.search(text)
    return 1 + len(_ITEM.findall(brings["whom"])) if brings else None


def _are_visitors(text: str, match: re.Match[str]) -> bool:
    """A number of workers wanted or of a firm's staff is no number of visitors."""
    before, after = text[max(match.start() - 6, 0) : match.start()], text[match.end() : match.end() + 6]
    if match["number"] in ("一", "1") and _AND_ONE.search(before):
        return False  # 我和一位律师: the list tells
    if match.re is _SENT:
        before = text[max(match.start() - 6, 0) : match.start() + 1]
    if _NOT_VISITORS_BEFORE.search(before[-4:]) or _NOT_VISITORS_AFTER.match(after):
        return False
    return not _STAFF.search(before) or bool(_TAKING_PART.match(after))


def _people(number: str) -> int | None:
    if number in ("俩", "仨"):
        return 2 if number == "俩" else 3
    if len(number) > 1 and not number.isdigit() and not re.search("[十百]", number):
        return None  # 三四个 is a guess
    value = parse_number(number)
    return int(value) if value is not None and 0 < value <= MOST_PEOPLE else None


def _without_times(part: Part) -> str:
    text = part.text
    for mention in part.times:
        start, end = mention.span
        text = text[:start] + "~" * (end - start) + text[end:]
    return text
