"""What a report tells: description, place, urgency, and what a visitor wants to talk about."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from zhiqibot.nlu.phrases import PhraseIndex
from zhiqibot.nlu.slots.part import Part
from zhiqibot.nlu.slots.tickets import leading_ticket

_ZONE: Final = (
    r"(?:产业集聚区|先进制造业开发区|高新技术开发区|经济开发区|集聚区|开发区|高新区|工业园区|工业园|产业园|物流园|创业园|园区|经开区|示范区|街道办|街道|社区"
    r"|镇|乡|[庄店营岗寨屯湾沟坡集楼]村|庄|村|新区|大厦|广场|市场|火车站|高速口|收费站|路口|大桥|桥头|大道|环路|[东西南北中](?:路|街)段?|路|街)"
)
_BUILDING: Final = r"(?:[\dA-Za-z一二三四五六七八九十]{1,3}(?:号|#)?(?:院|楼|栋|厂房|车间|仓?库))"
_PLACE: Final = re.compile(
    rf"(?P<name>[\u4e00-\u9fffA-Za-z0-9]{{0,8}}?)(?P<zone>{_ZONE}(?:(?:与|和|跟|同)?[\u4e00-\u9fff]{{1,5}}?(?:路|街|大道)(?:交叉口|路口|口)|(?!水泥|柏油|断头|门前|主|[的这那有内里我俺])(?:(?![的口头])[\u4e00-\u9fff]){{1,3}}(?:大道|[路街](?![灯面口费况边障政])))?"
    rf"(?:{_BUILDING}|[东西南北中](?:段|侧|边|头|区|门|口)|交叉口|\d+号|路?[东西南北](?:边|侧|头)?)?{_BUILDING}?)"
    r"|(?P<hall>(?:[\dA-Za-z一二三四五六七八九十]{1,3}(?:号|#)?|[东西南北前后老新]|喷漆|焊接|装配|包装|铸造|机加工|织造|印染)(?:车间|厂房|厂区|仓库|冷库|楼|栋|生产线))"
)
_BEYOND: Final = re.compile(
    r"(?:(?<=[镇乡道办])(?!农村|全村|各村|每个?村)(?:(?![我俺这那有没的在处])[\u4e00-\u9fff]){1,3}村(?!民|里|委|干部|庄|镇|部|级|民|电))?"
    r"(?:(?<=[路街道])[与和跟同][\u4e00-\u9fff]{1,5}?(?:路|街|大道)(?:交叉口|路口|口))?"
    rf"(?:[A-Za-z\d]{{1,2}}区)?{_BUILDING}?"
    r"(?:(?<=村)村?(?:[东西南北中]?头|口(?!述|碑|头)))?"
    r"(?:的?(?:往|向|朝|以)?(?:路[东西南北]|[东西南北]{1,2})(?:角|侧|边|头|面|段|门|方向)|的?(?:往|向|朝)?(?:路[东西南北]|[东西南北]{1,2})(?=大?约?\d{1,4}多?(?:米|公里|里)))*"
    r"(?:(?:大?约|大概|差不多)?\d{1,4}多?(?:米|公里|里)(?![宽长高深厚])(?:处|左右)?)?"
)
"""What goes on from a place: 王店镇张庄村, 与人民路交叉口, 村东头, 往西200米."""
_NOT_IN_NAMES: Final = re.compile(
    r"^.*(?:[我俺你恁咱他这那哪的了上下没无转得能找后种打开是说有把被让给要想去到从在往住跑走来挨靠着过嘞呢吗吧又还也都就才刚今昨明天年月日午晚位于址们厂公司修堵断坏通进]|门[前口]|早上|晚上|上午|下午|旁边|附近)"
)
_NO_NAME_NEEDED: Final = re.compile(
    r".*(?:集聚区|开发区|高新区|经开区|园区|工业园区?|产业园|物流园|创业园|[东西南北]环路|[东西南北](?:路|街)|\d|高速口|收费站|火车站)"
)
_NOT_PLACES: Final = re.compile(
    r"(?:公|马|道|走|销|门|头|子|通|岔|弯|半|铁|思|出|门|线|电|网|水|气|销|套|后|退|财|上|一|各|大|条|短|带|新|老|弯|回|活|生|高速|柏油|水泥|逛|断头|农村|乡间|门前)(?:路|街).*"
    r"|.{0,2}(?:国内|本地|外地|海外|劳务|人才|资本|目标|整个|哪个|全国|国际|外贸|建材|农贸|占领|开拓|找)市场|(?:农|下|全|本|各|外|我|整个|多个|几个)(?:乡|村|镇)|下乡|返乡|老乡|家乡|故乡|城镇|乡镇|农村|乡村"
)

LONGEST_NAME: Final = 5  # characters before 路, 镇, 工业园 …; more is the rest of a sentence
_GREETING: Final = re.compile(
    r"^(?:(?:您好|你好|在吗|在不在|喂|领导(?:好)?|各位领导|老师好?|同志|请问|麻烦|打扰了?|早上好|上午好|下午好|晚上好|hi|hello)[呀啊哦]?[,。!?:~\s]*)+"
)
_ADDING: Final = re.compile(
    r"^(?:(?:我|俺|再|还|想|要|给|往|对|针对|关于|就|向|的?诉求|的?工单|(?:的|号)|单子|刚才?(?:报|提|说)?的?(?:那个|那件|这个)?(?:没说完)?|之前|上次|上回|昨天说的|那个|那件|那条|里面?|里头|事儿?|这个|这条|这件"
    r"|[加添补](?:上|充)?(?:一|几|两|个)?(?:[句条点](?:话|情况)?)?(?=[,:\s\u4e00-\u9fff])|补充(?:说明|材料|情况|内容|一下|一点|几句|一条|点)?|追加(?:(?:一|几|个)?[句条点]|材料|说明|一下)?|更正(?:一下)?|情况|一下|[,。!:;、\s]))*"
)
_FILING: Final = re.compile(
    r"我们?|俺们?|咱|有|要|想|来|个|一个|一下|件|条|些|点|事儿?|情况|问题|诉求|困难|难处|反映|反应|投诉|登记|提交?|报|新|给|帮|替|请|您|你们?|恁|咱|这里|在这|企业|公司|厂里?|政府|领导|说|跟|向|补充|再|还|材料|的|了|吧|呀|啊|能不能|可以|吗|[,。!?:;~ ]|上报|录入|平台|好|您好|刚才|没|全|意见|对|那|就"
)
_SUBJECT: Final = re.compile(
    r"(?:(?:议题|主题|想谈的|诉求内容|诉求(?=[是为:]))(?:是|为|就|写|定为|:|：)*|(?:想|要|准备|打算|主要)(?:在会上)?(?:当面)?(?:跟[\u4e00-\u9fff]{1,5}?)?(?:聊聊?|谈谈?|说说?|讲讲?|问问?|反映|反应|咨询|了解|交流|提一?提?|诉诉?)(?:一下|下|的?是|一?个|关于)*|聊聊|说说|谈谈|问问|讲讲|反映(?:一下)?|咨询(?:一下)?|关于|(?<![畅洽座恳约面访交商闲])(?:聊|谈)(?![不得过判话天完成妥聊谈]|上)(?:一下|下)?(?:关于)?)"
    r"(?P<what>[^,。!?;\n，]{2,60})"
)
_OWN: Final = re.compile(r"(?:我们|俺们|咱们|俺|我)(?:的|(?=[\u4e00-\u9fff]{2}))(?!厂|公司|企业|单位)")
_NOTHING_TOLD: Final = frozenset({"问题", "情况", "诉求", "事情", "一下", "困难", "想法", "意见", "看法"})
_TAIL: Final = re.compile(r"(?:的)?(?:事情?儿?|问题|情况)?(?:这个?事)?[吧呗呢啊呀嘞哈哦了]*$")

_HAPPENING: Final = (
    ("gas", re.compile(r"停气|没气了?|气[又也都就]*没了|断气|漏气|燃气.{0,4}(?:停|断|漏)")),
    ("water", re.compile(r"停水|断水|没水了?|水[又也都就]*没了|水停了|爆管|水管.{0,3}(?:爆|裂|崩)")),
    ("power", re.compile(r"停电|没电了?|电[又也都就]*没了|断电|跳闸|掉闸|电[又全都]*停了?|电断了|全厂没电")),
)
_NOT_NOW: Final = re.compile(
    r"计划(?:停|检修)|检修|停[电水气](?:通知|计划|公告|信息|赔|补|损失|前)|会不会|会停|要停[电水气]吗|通知|已(?:经)?(?:恢复|来电|来水|通了)|来电了|来水了|修好了|没电话|没水平|没气候|没电脑|没电商"
    r"|欠费停|经常停|老停|总是停|不定期|怎么赔|咋赔|赔偿|补偿|政策|标准是|找谁|电话是多少|没电梯|没水源|没气源|没水分"
)
_NO_HURRY: Final = re.compile(r"不(?:是|算|太|很|怎么|咋|那么|特别)*(?:紧急|着急|急)(?!不)")


class Stories:
    """Reads reports; `urgent` and `emergency` are the expressions of `_slots.yaml`."""

    def __init__(self, urgent: Iterable[str], emergency: Mapping[Any, Iterable[str]]) -> None:
        self._urgent = PhraseIndex((word, True) for word in urgent)
        self._emergency = PhraseIndex((word, kind) for kind, words in emergency.items() for word in words)

    def emergency(self, text: str) -> str | None:
        """Return power, gas, water or safety when a text in normal form tells of danger or an outage now."""
        kinds = {hit.meaning for hit in self._emergency.all(text)}
        for kind in ("gas", "power", "water", "safety"):
            if kind in kinds:
                return kind
        if _NOT_NOW.search(text):
            return None
        return next((kind for kind, told in _HAPPENING if told.search(text)), None)

    def is_urgent(self, text: str) -> bool:
        """Tell whether a text in normal form must be handed over at once."""
        if self.emergency(text):
            return True
        if _NO_HURRY.search(text):
            return False
        return next(self._urgent.all(text), None) is not None and not _NOT_NOW.search(text)

    def urgency(self, part: Part) -> str:
        return "urgent" if self.is_urgent(part.text) else "normal"


def description(part: Part) -> str | None:
    """Return what happened, as written; None when the message only announces that something will be told."""
    text = part.text
    start = 0
    greeting = _GREETING.match(text)
    if greeting and greeting.end() < len(text):
        start = greeting.end()
    if part.intent == "add_to_ticket":
        start = _after_number(text, start)
    if start >= len(text) or (part.asked != "description" and not _FILING.sub("", text[start:])[1:]):
        return None
    return part.written(start, len(text), trim=" ,:;\n\t，：；、") or None


def _after_number(text: str, start: int) -> int:
    """An addition begins after the ticket it belongs to, if that is named first."""
    for _ in range(2):  # the number may stand before or after 给, 补充
        lead = _ADDING.match(text[start:])
        start = leading_ticket(text, start + (lead.end() if lead else 0))
    lead = _ADDING.match(text[start:])
    return start + (lead.end() if lead else 0)


def location(part: Part) -> str | None:
    """Return the place named first, as written."""
    text = part.text
    for match in _PLACE.finditer(text):
        if match["hall"]:
            return part.written(*match.span())
        start, end = match.span()
        lead = _NOT_IN_NAMES.match(text[start : match.start("zone")])
        start += lead.end() if lead else 0
        named = start < match.start("zone") or _NO_NAME_NEEDED.match(match["zone"])
        if named and match.start("zone") - start <= LONGEST_NAME and not _NOT_PLACES.fullmatch(text[start:end]):
            return part.written(start, _beyond(text, end))
    return None


def _beyond(text: str, end: int) -> int:
    """Return where the place that ends at `end` really ends."""
    more = _BEYOND.match(text, end)
    return more.end() if more else end


def subject(part: Part) -> str | None:
    """Return what a visitor wants to talk about, as written."""
    if part.asked == "subject":
        whole = _SUBJECT.match(part.text)
        return part.written(*whole.span("what")) if whole else part.written(0, len(part.text)) or None
    match = _SUBJECT.search(part.text)
    if match is None:
        return None
    start, end = match.span("what")
    own = _OWN.match(part.text[start:end])
    start += own.end() if own else 0
    tail = _TAIL.search(part.text[start:end])
    end = start + tail.start() if tail and tail.start() > 1 else end
    return (part.written(start, end) or None) if part.text[start:end] not in _NOTHING_TOLD else None
