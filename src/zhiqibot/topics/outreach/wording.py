"""What a broadcast's author wrote: which part says to whom, which part is the notice."""

import re
from dataclasses import dataclass

SHORTEST_NOTICE = 6
SHORTEST_AFTER_COLON = 3
"""Characters of a notice: after a comma, which may only part the command; and after a colon, or as an answer."""

_COMMAND = r"(?:群发|发送|发布|发个|发一?条|发一?份|发一?[个下]|发|推送|推|通知|提醒|告知|告诉|转告|转发|下发|广播|喊)"
_ANNOUNCES = re.compile(
    r"(?:通知|消息|公告|短信)?(?:的)?(?:内容|文案|正文)(?:就?是|为)?\s*[：:，,]?\s*|(?:就说|说的是|告诉(?:他们|大家)|写)[：:，,]?\s*"
)
_FIRST_STOP = re.compile(r"[，,：:。；;\n]")
_WHO = r"(?:企业|公司|工厂|厂家?|商户|干部|服务员|单位|部门|联络员|用户|订户|负责人|老板|大家|所有人|经办人)(?:们)?"
_IN_ONE = re.compile(
    rf"^.{{0,6}}?(?:通知|提醒|告诉|告知|让|请|转告)(?:一下|下)?(?P<who>[^，,：:。]{{0,24}}?{_WHO})(?:们)?(?:[，,：:])?(?P<what>.+)$",
    re.DOTALL,
)
_FOR_WHOM = re.compile(r"[，,。；;]\s*(?:发送|通知|接收)?对象(?:是|为|：|:)?\s*(?P<who>[^，,。；;]{2,30})")
_TO_WHOM_LAST = re.compile(
    rf"[，,。；;\s]+(?:都)?(?:发送|群发|发|推送|推)(?:给|到)(?P<who>[^，,。；;\s]{{0,20}}{_WHO})[吧。]*$"
)
_SEND_AT = re.compile(
    r"[，,。；;]\s*(?P<when>[^，,。；;]{0,10}(?:[点點]半?|[点點]\d{1,2}分?|\d{1,2}[:：]\d{2}))(?:钟|整)?(?:再|准时)?(?:发|发出|发送|推送)(?:出去)?[吧。]*$"
)
_TIMED = re.compile(
    r"定时|预约.{0,10}(?:发|推)|(?:点|分|半|早上?|上午|下午|晚上)(?:钟|整)?(?:再)?(?:准时)?(?:发送|推送|发出|群发|发布)"
)
_SCHEDULED = re.compile(
    r"^(?P<command>(?:请|帮我)?定时(?:发送?|推送|群发)?[：:，, ]*[^，,：:]{0,16}?(?:给|向)[^，,：:\s]{2,20}?(?:发送?|推送))[\s：:，,]+(?P<what>.{3,})$",
    re.DOTALL,
)
_TO_WHOM_FIRST = re.compile(rf"^(?:请|帮我|麻烦)*(?:给|向|通知|告诉|转告|告知)[^，,：:。]{{0,20}}{_WHO}")
_CALLS = re.compile(rf"(?:让|请|叫|要求)(?P<who>(?:所有|全体|全部|各|规上|小微)[^，,。；;]{{0,8}}?{_WHO})")
_ORDERS = re.compile(
    r"^(?:那|就|可以|现在|马上|直接|赶紧)*(?:发|改|加|补|撤|停|取消|算了)(?:送|出去|成|为|上|了)?(?:一下)?[吧啊了。！!]*$|^(?:改成|改为|换成|再加一?句)"
)
_URGENT = re.compile(r"紧急|加急|马上发|立刻发|立即发|现在就发|火速")
_TAIL = re.compile(r"[，,。；;]?(?:把这个)?(?:发一?下|发下去|发出去|推送一?下|群发一?下|发)[吧啊。！!]*$")
_BARE = re.compile(
    rf"^(?:请|帮我|麻烦|我要|我想|给我)*(?:{_COMMAND})(?:一下|下)?(?:个|条|份|则)?(?:通知|公告|消息|信息|短信|政策|提醒)*(?:公告)?[吧啊。！!]*$"
)
_ASKS_PROGRESS = re.compile(
    r"(?:送达|收到|发到|发给|发送|推送|回执|进度).{0,8}(?:多少|几|了吗|没有?|情况|怎么样|哪|咋样)|(?:多少|几)[个家人].{0,4}(?:收到|送达)|回执|送达情况|发送进度|^(?:那条|通知|刚才那条)*(?:都)?(?:发|送)(?:出去|到|完)?了(?:没有?|吗|不)|(?:送达|送到|收到)了?(?:多少|几)"
)
_ADDRESSES = re.compile(
    rf"{_WHO}|给|向|对象|通知|提醒|群发|推送|发送|全体|全部|所有|规上|小微|开发区|集聚区|园区|乡|镇|街道|行业|订阅"
)
_RECALLS = re.compile(r"撤回|撤销|停发|别发了|停止发|收回|停止(?:群发|推送)")


@dataclass(frozen=True)
class Written:
    """The two halves of a sentence such as “给集聚区的企业发个通知，2号停电”."""

    command: str
    """Who is meant, and how it is to be sent."""
    content: str
    """The notice itself; empty when the sentence holds none."""

    @property
    def urgent(self) -> bool:
        return bool(_URGENT.search(self.command))

    @property
    def timed(self) -> bool:
        return bool(_TIMED.search(self.command))


def split(text: str) -> Written:
    """Part a broadcast's command from its content; “对象是……” and “……点发” at its end are no part of the notice."""
    text, people, hour = apart(text.strip())
    written = _split(text)
    return Written(f"{written.command} {people} {f'{hour}发' if hour else ''}".strip(), written.content)


def is_notice(text: str) -> bool:
    """Tell whether an answer may be the notice itself: no order to send, no order to change one."""
    return len(text) >= SHORTEST_AFTER_COLON and not is_bare(text) and not _ORDERS.match(text)


def answer(text: str) -> str:
    """Return the notice in the answer to “内容是什么”: all of it, less “内容：” and whom it is for at its beginning."""
    said = text.strip()
    announced = _ANNOUNCES.match(said)
    if announced:
        return _content(said[announced.end() :])
    return (split(said).content if _TO_WHOM_FIRST.match(said) else "") or said


def called(text: str) -> str:
    """Return whom a notice itself calls (“让所有企业来”), or nothing."""
    found = _CALLS.search(text)
    return found["who"] if found else ""


def _split(text: str) -> Written:
    scheduled = _SCHEDULED.match(text)
    if scheduled:
        return Written(scheduled["command"], _content(scheduled["what"]))
    announced = _ANNOUNCES.search(text)
    if announced and announced.start() > 0 and len(text) - announced.end() >= SHORTEST_NOTICE:
        return Written(text[: announced.start()], _content(text[announced.end() :]))
    stop = _FIRST_STOP.search(text)
    if stop and is_bare(text[: stop.start()]):  # “群发：给规上企业发通知，……” gives the order twice
        again = _split(text[stop.end() :].strip())
        if again.content and re.search(_COMMAND, again.command):
            return again
    if stop and re.search(_COMMAND, text[: stop.start()]):
        rest = _content(text[stop.end() :])
        if len(rest) >= (SHORTEST_AFTER_COLON if stop[0] in "：:" else SHORTEST_NOTICE):
            return Written(text[: stop.start()], rest)
    head, _, rest = text.partition(" ")
    if is_bare(head) and len(rest) >= SHORTEST_NOTICE:  # “发个通知 明天停电”
        return Written(head, _content(rest))
    together = _IN_ONE.match(text)
    if together and len(_content(together["what"])) >= SHORTEST_NOTICE:
        return Written(text[: together.start("what")], _content(together["what"]))
    return Written(text, "")


def apart(text: str) -> tuple[str, str, str]:
    """Return a notice without what its author says in it of the people and the hour: (notice, people, hour)."""
    who = _FOR_WHOM.search(text) or _TO_WHOM_LAST.search(text)
    people = who["who"] if who else ""
    text = f"{text[: who.start()]}{text[who.end() :]}" if who else text
    when = _SEND_AT.search(text)
    hour = when["when"] if when else ""
    text = text[: when.start()] if when else text
    return text.strip(" ，,。；;"), people, hour


def addresses(text: str) -> bool:
    """Tell whether a sentence may say to whom something goes."""
    return bool(_ADDRESSES.search(text))


def asks_progress(text: str) -> bool:
    """Tell whether a sentence asks how far a broadcast has got."""
    return len(text) <= 30 and bool(_ASKS_PROGRESS.search(text))


def recalls(text: str) -> bool:
    """Tell whether a sentence takes a broadcast back."""
    return len(text) <= 30 and bool(_RECALLS.search(text))


def is_bare(text: str) -> bool:
    """Tell whether a sentence says only that something is to be sent."""
    return bool(_BARE.match(text.strip()))


def _content(text: str) -> str:
    return _TAIL.sub("", text.strip(" ，,：:\n"))
