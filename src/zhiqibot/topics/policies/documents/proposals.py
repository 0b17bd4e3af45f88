"""What a document seems to say of interest: topics, units, amounts, deadlines. An aid for the officer, never an answer."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from zhiqibot.nlu.money import find_money
from zhiqibot.topics.policies.documents.repealing import repealed_in
from zhiqibot.topics.policies.documents.tree import Clause, Doubt, Proposal, ReadDocument

TopicWords = Mapping[str, Sequence[str]]
"""Topic -> the words that tell it."""

_UNIT_LIST = re.compile(r"(?:责任|牵头|主办|承办|配合)(?:单位|部门)[:：为是]?([^。；;)）]{2,120})")
_CHARGED = re.compile(
    r"由(?:县|市|省)?([\u4e00-\u9fff]{2,12}(?:局|委|办|中心|公司|院|厅|部|会|银行))(?:负责|牵头|组织|统一|受理)"
)
_PARTING = re.compile(r"[、,，]|以及|会同|和(?=县|市|省)")
_AFTER_NAME = re.compile(r"(?:牵头|按.*|分工.*|负责.*|配合.*)$")
_SHARE = re.compile(r"(?:补|奖|贴|减|免|返|提高|按|给予)[^。；，,]{0,24}?\d+(?:\.\d+)?%[^。；，,]{0,6}")
_BARE_SUM = re.compile(
    r"(?:补贴|补助|奖励|奖补|给予|资助)(?:标准)?(?:为|按|到|达到)?\s*(\d+(?:\.\d+)?)(?![\d.]*\s*[\u4e00-\u9fff%])"
)
_DEADLINE = re.compile(
    r"每年\d{1,2}月\d{1,2}日至\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月(?:\d{1,2}日|底)?(?:前|之前|以前|底前)|\d{1,2}月(?:\d{1,2}日|底)前|年底前|每年\d{1,2}月(?:\d{1,2}日)?(?:前|至\d{1,2}月)?"
    r"|\d+个?(?:工作日|日|天)(?:内|之内|以内)|次月|当月"
)
_YEAR_IN_TITLE = re.compile(r"20\d\d(?=年)")
MAX_LISTED = 12
MAX_TOPICS = 3
MIN_HITS = 2
AROUND = 14  # characters shown before a sum, so that the officer sees what it is for


def with_proposals(document: ReadDocument, words: TopicWords, today: date) -> ReadDocument:
    """Return the document with a proposal for every clause that has something, its topics, and the doubts they raise."""
    proposals = {}
    doubts = list(document.doubts)
    totals: Counter[str] = Counter()
    for place, clause in enumerate(document.clauses):
        if not clause.searched:
            continue
        hits = _topic_hits(clause.text, words)
        totals.update(hits)
        proposal = Proposal(_best(hits, 1), _units(clause), _amounts(clause.text), _deadlines(clause.text))
        if proposal.as_json():
            proposals[place] = proposal
        doubts += [Doubt("要废止旧文件", _repeals(one), clause.reference) for one in repealed_in(clause.text)]
        if bare := _BARE_SUM.search(clause.text):
            doubts.append(Doubt("金额没有单位", f"“{bare[0]}”后面没有写元还是万元", clause.reference))
    doubts += _validity_doubts(document, today)
    return replace(document, proposals=proposals, topics=_best(totals, MIN_HITS), doubts=tuple(doubts))


def _repeals(named: tuple[str, str]) -> str:
    title, number = named
    cited = f"《{title}》" + (f"（{number}）" if number else "")
    return f"文中写明{cited}废止；审定以后，现行文件里对得上的会一并废止，请核对"


def _topic_hits(text: str, words: TopicWords) -> Counter[str]:
    return Counter({topic: hits for topic, told_by in words.items() if (hits := sum(text.count(w) for w in told_by))})


def _best(hits: Counter[str], least: int) -> tuple[str, ...]:
    return tuple(topic for topic, count in hits.most_common(MAX_TOPICS) if count >= least)


def _units(clause: Clause) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for listed in _UNIT_LIST.findall(clause.text):
        for part in _PARTING.split(listed):
            name = _AFTER_NAME.sub("", part.strip(" :：（("))
            if 2 <= len(name) <= 20:
                found[name] = None
    for name in _CHARGED.findall(clause.text):
        found[name] = None
    return tuple(found)[:MAX_LISTED]


def _amounts(text: str) -> tuple[str, ...]:
    """Return sums and shares of grants with the words before them."""
    sums = [f"{text[max(0, one.span[0] - AROUND) : one.span[0]]}{one.text}" for one in find_money(text)]
    cleaned = [re.sub(r"^.*[。；\n]", "", one) for one in (*sums, *_SHARE.findall(text))]
    return tuple(dict.fromkeys(one for one in cleaned if one))[:MAX_LISTED]


def _deadlines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[0] for match in _DEADLINE.finditer(text)))[:MAX_LISTED]


def _validity_doubts(document: ReadDocument, today: date) -> list[Doubt]:
    if document.valid_until and document.valid_until < today:
        return [Doubt("可能已过有效期", f"文中写明有效期到 {document.valid_until}")]
    year = _YEAR_IN_TITLE.search(document.title)
    if not document.valid_until and year and int(year[0]) < today.year:
        return [Doubt("有效期未写明", f"题名是 {year[0]} 年的，请核对现在是否仍然有效")]
    if not document.valid_until and "试行" in document.title:
        return [Doubt("有效期未写明", "试行文件没有写明有效期，请核对")]
    return []
