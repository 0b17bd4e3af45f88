"""What is said while an application waits for its yes: numbers, papers, conditions; and what these come to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhiqibot.content.policies import Fact
from zhiqibot.content.policy_limits import Measures
from zhiqibot.dialogue.forms import Hearing, fields_of
from zhiqibot.dialogue.repair import is_correction
from zhiqibot.topics.policies.application import LONGEST, Application, counted_anew, only_adds
from zhiqibot.topics.policies.conclusions import conclude
from zhiqibot.topics.policies.counts import counts_in
from zhiqibot.topics.policies.own_case import OwnCase, worked_out
from zhiqibot.topics.policies.reckoning import Case, asks_total

_WAITS = re.compile(
    r"^(?:先|暂时|暂)(?:别|不|不要|甭)(?:急着?)?(?:提交|交|报|确认|登记|办)?[吧了呢。!！]*$|^(?:等会儿?|等等|回头)再(?:提交|确认|报)"
)
_GIVES_UP = re.compile(
    r"^(?:那|那就|还是)?(?:算了|拉倒)?[，,吧]?(?:先|就|俺|我|我们)?(?:不(?:想)?(?:申请|报|办|弄|要)(?:这个|这项|它)?了|不用(?:申请|报)了)[吧啊呀。!！]*$"
)
_ASKS = re.compile(r"[?？吗呢么]$|多少|几天|几个?[年月]$|什么|啥|怎么|咋|谁|哪|行不行|能不能|可不可以")
_WORDS = 2
"""So many pairs of characters of a remark must stand in the card's conditions to be about them."""
_NO_PAIR = re.compile(r"[我俺咱们的是了在有和就都也，,。！!]")


@dataclass(frozen=True)
class Telling:
    """One sentence to an application in hand; `fact` is its benefit, where one is known."""

    text: str
    values: Mapping[str, Any]
    fact: Fact | None
    measures: Measures

    @property
    def waits(self) -> bool:
        """“先别提交”."""
        return bool(_WAITS.search(self.text.strip()))

    @property
    def gives_up(self) -> bool:
        """“那算了，不申请了”."""
        return bool(_GIVES_UP.search(self.text.strip()))

    @property
    def asks_total(self) -> bool:
        """“一共多少钱”."""
        return asks_total(self.text) and bool(_ASKS.search(self.text)) and bool(self.fact)

    def total(self) -> str:
        """Return what the numbers told so far come to, or that it cannot be reckoned."""
        own = of_application(self.fact, Application(**self.values), self.measures) if self.fact else OwnCase()
        if own.workings:
            return "按您说的人数和文件标准，我先给您算一下："
        return "现在还算不出总数：要么人数没说清属于哪一档，要么文件没有写明每人多少，金额由承办单位核定。"

    def fields(self, heard: Hearing) -> dict[str, Any]:
        """Return what the sentence gives to the form; nothing where it is none of the form's business."""
        if self.fact and conclude(self.fact.card, self.text, self.measures) and (note := self.remark()) is not None:
            return {"note": note}
        counted = counted_anew(self.values, self.text)
        if counted and only_adds(self.text):
            return {**self._said(heard), **counted}
        if only_adds(self.text) and not is_correction(self.text):
            return self._said(heard)
        note = self.remark()
        return {} if note is None else {"note": note}

    def remark(self) -> str | None:
        """Return the form's note with this remark on the benefit's conditions; None where it is no such remark."""
        if not self._remarks():
            return None
        note = str(self.values.get("note") or "")
        return "；".join(filter(None, [note, self.text.strip()]))[:LONGEST]

    def _said(self, heard: Hearing) -> dict[str, Any]:
        found = {one.name: one.read(heard) for one in fields_of(Application)}
        return {name: value for name, value in found.items() if value is not None}

    def _remarks(self) -> bool:
        """Tell whether it is a remark on the benefit's conditions (“我是开发区新来的”, “签了半年合同”)."""
        if self.fact is None or _ASKS.search(self.text.strip()) or is_correction(self.text):
            return False
        if conclude(self.fact.card, self.text, self.measures):
            return True
        if counts_in(self.text):
            return False
        conditions = "；".join(self.fact.card.conditions)
        said = _NO_PAIR.sub(" ", self.text)
        pairs = {said[at : at + 2] for at in range(len(said) - 1) if " " not in said[at : at + 2]}
        return sum(pair in conditions for pair in pairs) >= _WORDS


def of_application(fact: Fact, form: Application, measures: Measures) -> OwnCase:
    """Return what a benefit's card says to what was told with an application, and what its numbers come to."""
    told = "；".join(filter(None, [form.said, form.items or form.amount, form.note]))
    case = Case(told, tuple(counts_in(form.items or form.amount)))
    return worked_out(fact, case, told, measures)
