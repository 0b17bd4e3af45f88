"""An application for a benefit: what it needs, how answers are read, and what the unit reads."""

import re
from dataclasses import dataclass

from zhiqibot.content.policies import Fact
from zhiqibot.dialogue.forms import Hearing, question
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.topics.policies.profile.asking import enterprise_said

LONGEST = 300
UNKNOWN = "-"
"""The card of an application that no document speaks of."""
_BARE = re.compile(
    r"(?:我们?|俺们?|咱们?|公司|企业|厂里?|想|要|得|帮|给|替|请|麻烦|现在|就|一下|马上|直接|把|这个|那个|这条|那条|这项|那项|这一项|刚才|说的|的|"
    r"再|另外|还|别的|其他|其它|一个|两个|一项|两项|一样|申请|申报|申领|领取?|报名?|报上|提交|兑现|走|补贴|补助|奖补|奖励|政策|资金|钱|吧|了|啊|呀|呢|上|它|项|个|也|怎么|可以|能)"
)
_PLACE = re.compile(
    r"第\s*(?P<place>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*[项条个件种](?:政策|补贴|补助|奖励|奖补)?"
)
_ASKS = re.compile(r"^(?:我们?|俺们?|咱们?|想|要|请|麻烦|帮我?|给我?|替我?|现在|申请|申报|申领|领取?|兑现|一下)+")
_AMOUNT = re.compile(
    r"(?:[\d.]+|[零一二两俩三四五六七八九十百千]+)(?:多|来|余)?(?:"
    r"(?:万|千|百)?(?:元|块)|万|(?:个|名|位)(?:外县|应届|高校|新招|新来|全日制|的)*(?:人|大学生|硕士|本科生?|研究生|学生|员工|工人|职工|学徒|见习)?|人(?!才))"
)
_NOT_READY = re.compile(r"材料.{0,6}(?:不齐|没齐|不全|还差|还没|没准备|缺)|没(?:准备)?(?:好|齐)材料")
_LACKS = re.compile(r"(?:还?差|还?缺|没有)(?P<what>[^，,。；;差缺没]{2,20})")
_READY = re.compile(r"材料.{0,8}(?:齐|准备好|备好|弄好|拍好|全了|在手)|齐了|都备好|都准备好")
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
_FILLERS = re.compile(
    r"我们?|厂里?|企业|公司|一共|总共|共|大概|左右|今年|都|是|有|要|招|的|了|人|电话|手机|号码?|联系|现在|给|报|申请|吧|，|,|。|、|\s"
)


def amount_said(hearing: Hearing) -> str | None:
    """Read how much or for how many."""
    found = _AMOUNT.search(hearing.text)
    return found[0] if found else None


def ready_said(hearing: Hearing) -> str | None:
    """Read whether the papers are together."""
    if _NOT_READY.search(hearing.text):
        lacks = _LACKS.search(hearing.text.split("材料", 1)[-1])
        return f"还没齐，差{lacks['what'].strip()}" if lacks else "还没齐"
    return "已备齐" if _READY.search(hearing.text) else None


def phone_said(hearing: Hearing) -> str | None:
    """Read a telephone number."""
    found = _PHONE.search(hearing.text)
    return found[0] if found else None


def benefit_said(hearing: Hearing) -> str | None:
    """Read which benefit, when asked for it."""
    said = _READY.sub("", _AMOUNT.sub("", _NOT_READY.sub("", hearing.text)))
    return (
        hearing.text.strip()[:LONGEST]
        if hearing.asked and (names_something(said) or place_said(hearing.text))
        else None
    )


def only_adds(text: str) -> bool:
    """Tell whether a sentence is nothing but an amount, the state of the papers or a telephone number."""
    rest = _PHONE.sub("", text)
    for said in (_NOT_READY, _LACKS, _READY, _AMOUNT):
        rest = said.sub("", rest)
    return rest != text and len(_FILLERS.sub("", rest)) <= 2


def names_something(text: str) -> bool:
    """Tell whether more is left of a sentence than that something is applied for."""
    return len(_BARE.sub("", text).strip(" ，,。！!、")) >= 2


def place_said(text: str) -> int:
    """Return which one of a list is meant (“申请第1项”), or 0 where something is named or no place is."""
    found = _PLACE.search(text)
    if found is None or names_something(text[: found.start()] + text[found.end() :]):
        return 0
    return int(parse_number(found["place"]) or 0)


@dataclass(frozen=True)
class Application:
    """兑现申请."""

    card: str = question("您想申请哪一项？", read=benefit_said, label="申请事项", default="")
    enterprise: str = question("", read=enterprise_said, label="企业", default="")
    amount: str = question("", read=amount_said, label="人数或金额", default="")
    ready: str = question("", read=ready_said, label="材料", default="")
    phone: str = question("请留一个联系电话，承办单位核对时好找您。", read=phone_said, label="联系电话", default="")
    said: str = question("", read=lambda _: None, label="说明", default="")


def title_of(form: Application) -> str:
    """Return what was asked for, without “我要申请”."""
    return _ASKS.sub("", form.said.strip()) or "惠企政策"


def description_of(form: Application, fact: Fact | None) -> str:
    """Return what the unit reads: what is applied for, on which clause, how much, with which papers."""
    if fact:
        source = f"{fact.document.number or fact.document.title}{fact.card.clause or ''}"
        head = f"申请兑现：{fact.card.title}（{source}）"
    else:
        head = f"申请兑现政策：{title_of(form)}"
    parts = (("人数或金额", form.amount), ("材料", form.ready), ("联系电话", form.phone))
    said = f"原话：{form.said}" if fact and names_something(form.said) else ""
    return "；".join([head, *(f"{name}：{value}" for name, value in parts if value), *filter(None, [said])])
