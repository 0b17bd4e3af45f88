"""An application for a benefit: what it needs, how answers are read, and what the unit reads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zhiqibot.content.policies import Fact
from zhiqibot.dialogue.forms import Hearing, question
from zhiqibot.dialogue.repair import is_correction
from zhiqibot.dialogue.short_answers import short_answer
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.topics.policies.counts import Count, adds, counts_in, merged, plain_number, without_counts
from zhiqibot.topics.policies.profile.asking import enterprise_said

LONGEST = 300
UNKNOWN = "-"
"""The card of an application that no document speaks of."""
_BARE = re.compile(
    r"(?:我们?|俺们?|咱们?|公司|企业|厂里?|想|要|得|帮|给|替|请|麻烦|现在|就|一下|马上|直接|把|这个|那个|这条|那条|这项|那项|这一项|刚才|说的|的|"
    r"再|另外|还|别的|其他|其它|一个|两个|一项|两项|一样|申请|申报|申领|领取?|报名?|报上|提交|兑现|走|补贴|补助|奖补|奖励|政策|资金|钱|吧|了|啊|呀|呢|上(?!市)|它|项|个|也|怎么|可以|能)"
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
_READY = re.compile(r"材料.{0,8}(?:齐|准备好|备好|弄好|拍好|全了|在手|都有|有了|没问题)|齐了|都备好|都准备好")
_NUMBER_OF = re.compile(
    r"(?:人数|金额|数量)(?:是|为|改成|改为|写|填|按|有|共)?\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>万元|万|元|人|个|名)?[吧了。]*$"
)
_CLAUSES = re.compile(r"[，,。；;！!？?\s]+")
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
_FILLERS = re.compile(
    r"我们?|厂里?|企业|公司|一共|总共|共|大概|左右|今年|都|是|有|要|招|的|了|人|电话|手机|号码?|联系|现在|给|报|申请|吧|，|,|。|、|\s"
)


def amount_said(hearing: Hearing) -> str | None:
    """Read how much or for how many."""
    found = _AMOUNT.search(hearing.text)
    named = _NUMBER_OF.search(hearing.text)
    if named:
        return f"{named['number']}{named['unit'] or ('元' if '金额' in hearing.text else '人')}"
    counts = counts_in(hearing.text)
    if len(counts) > 1 or (found and not counts):
        return total_of(counts) or None
    return found[0] if found else None


def items_said(hearing: Hearing) -> str | None:
    """Read how many of what, where a sentence tells several things apart (“3个本科、2个硕士”)."""
    named = [one for one in counts_in(hearing.text) if one.label]
    told_apart = len(named) > 1 or (named and named[0].label not in (amount_said(hearing) or named[0].label))
    return listed(named) if told_apart else None


def listed(counts: Sequence[Count]) -> str:
    """Write counts down so that they can be read again: 本科3个、硕士2个."""
    return "、".join(one.shown for one in counts)


def total_of(counts: Sequence[Count]) -> str:
    """Return what counts come to: the number said without a name for it, else the sum of people, and of money."""
    people = [one for one in counts if not one.money]
    money = sum(one.value for one in counts if one.money)
    whole = next((one for one in people if not one.label), None)
    units = {one.unit for one in people}
    number = plain_number(whole.number if whole else sum(one.number for one in people)) if people else ""
    unit = whole.unit if whole else units.pop() if len(units) == 1 else "人"
    parts = [f"{number}{unit}" if people else "", f"{plain_number(float(money))}元" if money else ""]
    return "、".join(part for part in parts if part)


def counted_anew(values: Mapping[str, Any], text: str) -> dict[str, str]:
    """Return amount and items after a person has said more: the same thing replaces, “再加” adds, the rest stays."""
    now = counts_in(text)
    before = counts_in(str(values.get("items") or values.get("amount") or ""))
    named = [one for one in before if one.label]
    one_item = bool(values.get("items")) and len(named) == 1
    if one_item and len(now) == 1 and not now[0].label and is_correction(text):
        return as_fields([replace(named[0], number=now[0].number)])
    bare = [one for one in before if not one.label]
    if adds(text) and len(now) == len(bare) == 1 and not now[0].label and now[0].money == bare[0].money:
        return {"amount": total_of([replace(bare[0], number=bare[0].number + now[0].number)])}  # 30个, 再加5个
    if not any(one.label for one in now) or (not named and len(now) == 1):
        return {}
    return as_fields(merged(named, [one for one in now if one.label], text), [one for one in now if not one.label])


def as_fields(counts: Sequence[Count], whole: Sequence[Count] = ()) -> dict[str, str]:
    """Return what the form keeps of counts; `whole`: the number of all, where it was said."""
    return {"items": listed(counts), "amount": total_of([*whole, *counts])}


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
    """Read which benefit, when asked for it; a yes or a no names none."""
    if short_answer(hearing.text):
        return None
    said = _READY.sub("", _AMOUNT.sub("", _NOT_READY.sub("", hearing.text)))
    return (
        hearing.text.strip()[:LONGEST]
        if hearing.asked and (names_something(said) or place_said(hearing.text))
        else None
    )


def only_adds(text: str) -> bool:
    """Tell whether a sentence is nothing but an amount, the state of the papers or a telephone number."""
    rest = _PHONE.sub("", text)
    rest = without_counts(rest) if counts_in(rest) else rest
    for said in (_NOT_READY, _LACKS, _READY, _AMOUNT, _NUMBER_OF):
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
    items: str = question("", read=items_said, label="明细", default="")
    ready: str = question("", read=ready_said, label="材料", default="")
    phone: str = question("请留一个联系电话，承办单位核对时好找您。", read=phone_said, label="联系电话", default="")
    said: str = question("", read=lambda _: None, label="说明", default="")
    note: str = question("", read=lambda _: None, label="", default="")


def title_of(form: Application) -> str:
    """Return what was asked for, without “我要申请”."""
    return _ASKS.sub("", naming_part(form.said).strip()) or "惠企政策"


def without_ask(text: str) -> str:
    """Return a request without “我要申请”."""
    return _ASKS.sub("", text.strip()) or text


def naming_part(text: str) -> str:
    """Return what of a request names the benefit: without numbers of people, telephones and the state of the papers."""
    rest = _PHONE.sub("", text)
    for said in (_NOT_READY, _READY):
        rest = said.sub("", rest)
    clauses = [one for one in _CLAUSES.split(without_counts(rest)) if names_something(one)]
    return clauses[0] if clauses else rest


def description_of(form: Application, fact: Fact | None) -> str:
    """Return what the unit reads: what is applied for, on which clause, how much, with which papers."""
    if fact:
        source = f"{fact.document.number or fact.document.title}{fact.card.clause or ''}"
        head = f"申请兑现：{fact.card.title}（{source}）"
    else:
        head = f"申请兑现政策：{title_of(form)}"
    parts = (
        ("人数或金额", form.amount),
        ("明细", form.items),
        ("补充说明", form.note),
        ("材料", form.ready),
        ("联系电话", form.phone),
    )
    said = f"原话：{form.said}" if fact and names_something(form.said) else ""
    return "；".join([head, *(f"{name}：{value}" for name, value in parts if value), *filter(None, [said])])
