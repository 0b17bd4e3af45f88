"""The calculator's result: short for the chat, in full on request, and as a page to print."""

import re
from collections.abc import Sequence
from datetime import datetime

from zhiqibot.content.policies import Card, show_value
from zhiqibot.content.profile import ProfileContent
from zhiqibot.core.clock import local
from zhiqibot.core.pages import Entry, Page, Section
from zhiqibot.topics.policies import wording
from zhiqibot.topics.policies.matching import Match, Outcome
from zhiqibot.topics.policies.profile.profiles import EnterpriseProfile, Known

GIST = 30
"""Characters of a benefit's gist in the short list."""
BEST, FEWEST = 8, 5
"""Policies shown at once in the chat: at most, and as long as there are that many."""
NAMED = 3
"""Of those not shown, how many are named."""
DISCLAIMER = "这是按文件写明的条件初步核对的，最终以承办单位审核为准。"
NONE = "无"
PLANNED = "（按您的打算，办成后再申请）"
_NOT_SHOWN = {
    Outcome.ONE_SHORT: "只差一项，有了相应的打算或情况就能对上",
    Outcome.UNKNOWN: "要先知道有没有相应的打算或情况",
}


def counts(matches: Sequence[Match]) -> str:
    """Return 核对了 16 项政策：符合 3 项、差一项 9 项……"""
    numbers = [(outcome, sum(one.outcome is outcome for one in matches)) for outcome in Outcome]
    told = "、".join(f"{outcome} {number} 项" for outcome, number in numbers if number)
    return f"核对了 {len(matches)} 项政策：{told}。"


def line(one: Match, *, full: bool = False) -> str:
    """Return one policy in a line: how the enterprise stands to it, and the condition that decides."""
    automatic = "（免申即享）" if one.fact.card.automatic else ""
    plan = PLANNED if one.outcome is Outcome.MET and one.planned else ""
    head = f"【{one.outcome}】{one.fact.card.title}{automatic}{plan}"
    if one.outcome is Outcome.MET and not full:
        return f"{head}：{gist(one.fact.card)}"
    if one.outcome is Outcome.MET:
        people = f"（逐人核对：{'、'.join(one.person_by_person)}）" if one.person_by_person else ""
        return f"{head}：{one.fact.card.lead}{people}"
    if one.outcome is Outcome.UNKNOWN:
        return f"{head}，还需要知道：{'、'.join(one.unknown)}"
    word = "差的一项" if one.outcome is Outcome.ONE_SHORT else "对不上"
    return f"{head}，{word}：{'、'.join(one.lacking)}"


def gist(card: Card) -> str:
    """Return what a benefit gives in a few words: its sums, else how its one sentence begins."""
    sums = [one for one in card.amounts if one.value is not None and "元" in one.unit]
    ends = [end for one in sums for end in (one.value if isinstance(one.value, tuple) else (one.value,)) if end]
    unit = sums[0].unit if sums else ""
    alike = len({one.unit for one in sums}) == 1
    if ends and alike and (len(ends) > 1 or "/" in unit):  # a lone sum may be a whole fund: the sentence says so
        low, high = show_value(min(ends)), show_value(max(ends))
        return f"{low if low == high else f'{low}～{high}'}{unit}"
    return _first_clauses(card.lead)


def _first_clauses(lead: str) -> str:
    told = ""
    for clause in re.split(r"(?<=[，；。])", lead):
        if told and len(told) + len(clause) > GIST:
            break
        told += clause
    return told.rstrip("，；。")


def best(matches: Sequence[Match]) -> list[Match]:
    """Return the few worth a line each: what fits, what the enterprise is on its way to, and some of the others."""
    open_ = [one for one in matches if one.outcome is not Outcome.NOT_MET]
    near = [one for one in open_ if one.outcome is Outcome.MET]
    near += sorted((one for one in open_ if one.outcome is not Outcome.MET and one.met), key=lambda one: -len(one.met))
    far = sorted(
        (one for one in open_ if one.outcome is not Outcome.MET and not one.met),
        key=lambda one: (one.outcome is not Outcome.UNKNOWN, not _names_sum(one.fact.card)),
    )  # what may still fit is nearer than what is plainly not done, and a sum says more than a principle
    return [*near, *far[: max(0, FEWEST - len(near))]][:BEST]


def _names_sum(card: Card) -> bool:
    return any(one.value for one in card.amounts)


def short(shown: Sequence[Match]) -> list[str]:
    """Return some policies in a numbered line each, and where they stand."""
    lines = [f"{place}. {line(one)}" for place, one in enumerate(shown, 1)]
    return [*lines, *wording.source_lines([one.fact for one in shown])]


def others(matches: Sequence[Match], shown: Sequence[Match]) -> list[str]:
    """Name what was not shown, in a line for each outcome."""
    lines = []
    for outcome, why in _NOT_SHOWN.items():
        titles = [one.fact.card.title for one in matches if one.outcome is outcome and one not in shown]
        if titles:
            more = "等" if len(titles) > NAMED else ""
            lines.append(f"另有 {len(titles)} 项{why}：{'、'.join(titles[:NAMED])}{more}。")
    return lines


def complete(matches: Sequence[Match]) -> list[str]:
    """Return every policy with every condition that decides, numbered in the order of `matches`."""
    lines: list[str] = []
    number = 0
    for outcome in Outcome:
        group = [one for one in matches if one.outcome is outcome]
        if group:
            lines.append(f"—— {outcome}（{len(group)} 项）——")
            lines += [f"{number + place}. {line(one, full=True)}" for place, one in enumerate(group, 1)]
            number += len(group)
    return [*lines, *wording.source_lines([one.fact for one in matches])]


def detail(place: int, one: Match) -> list[str]:
    """Return one policy of a list in full: what it gives, how the enterprise stands to it, how it is applied for."""
    card = one.fact.card
    automatic = "，免申即享" if card.automatic else ""
    lines = [f"第{place}项「{card.title}」（{one.outcome}{automatic}）：{card.lead}"]
    lines += [f"{name}：{text}。" for name, text in _standing(one)]
    lines += [*wording.condition_lines(card), *wording.apply_lines(card)]
    return [*lines, *filter(None, [wording.unit_line(card)]), *wording.source_lines([one.fact])]


def reasons(matches: Sequence[Match]) -> list[str]:
    """Say for each policy that does not fit which conditions are not met, and by what they were judged."""
    left_out = [one for one in matches if one.outcome is Outcome.NOT_MET]
    if not left_out:
        return ["没有不符合的政策。"]
    return [f"· {one.fact.card.title}：要求{'；'.join(one.lacking)}，按现有资料对不上。" for one in left_out]


def facts_of(profile: EnterpriseProfile, content: ProfileContent) -> list[tuple[str, str, str]]:
    """Return (title, value, source) of everything known."""
    return [
        (trait.title, shown(known, trait.unit), known.source)
        for trait in content.traits
        if (known := profile.facts.get(trait.id))
    ]


def shown(known: Known, unit: str = "") -> str:
    if not known.answered:
        return "没有说明"
    return f"{'、'.join(known.values)}{unit}" if known.values else NONE


def facts_line(profile: EnterpriseProfile, content: ProfileContent) -> str:
    """Say by which facts it was judged, those of one source together."""
    by_source: dict[str, list[str]] = {}
    for title, value, source in facts_of(profile, content):
        by_source.setdefault(source, []).append(f"{title} {value}")
    told = "；".join(f"{'，'.join(values)}（{source}）" for source, values in by_source.items())
    return f"所用资料：{told}。" if told else ""


def differences(profile: EnterpriseProfile, content: ProfileContent, office: str) -> list[str]:
    """Say where the enterprise's people have said otherwise than its record: their word counts, the record is not changed."""
    lines = []
    for trait in content.traits:
        on_record, said = profile.recorded.get(trait.id, ()), profile.values.get(trait.id)
        gone = [one for one in on_record if said is not None and one not in said]
        if gone:
            told = f"登记资料里{trait.title}{'还有' if trait.kind == 'many' else '是'}“{'、'.join(gone)}”"
            lines.append(f"{told}，与您说的不一致：这里按您说的算；登记资料要改，请联系{office}。")
    return lines


def page(
    name: str, profile: EnterpriseProfile, matches: Sequence[Match], content: ProfileContent, office: str, now: datetime
) -> Page:
    """Return the whole report as a page to print."""
    day = local(now)
    sections = []
    for outcome in Outcome:
        entries = tuple(_entry(one) for one in matches if one.outcome is outcome)
        if entries:
            sections.append(Section(f"{outcome}（{len(entries)} 项）", entries))
    return Page(
        title="惠企政策匹配报告",
        subtitle=f"{name}　{day.year}年{day.month}月{day.day}日　{counts(matches)}",
        facts=tuple(facts_of(profile, content)),
        sections=tuple(sections),
        notes=(DISCLAIMER, f"有疑问请咨询各项所列责任单位，或联系{office}。"),
    )


def _entry(one: Match) -> Entry:
    card = one.fact.card
    lines = [("内容", card.lead), *_standing(one)]
    lines += [("全部条件", "；".join(card.conditions))] if card.conditions else []
    lines += [tuple(told.rstrip("。").split("：", 1)) for told in wording.apply_lines(card) if "：" in told]  # type: ignore[misc]
    unit = wording.unit_line(card)
    lines += [tuple(unit.split("：", 1))] if unit else []  # type: ignore[list-item]
    source = "；".join(wording.source_lines([one.fact]))
    return Entry(card.title, "免申即享" if card.automatic else "", tuple(lines), source)


def _standing(one: Match) -> list[tuple[str, str]]:
    """Return (name, conditions) of how an enterprise stands to a policy."""
    lacking = "差的条件" if one.outcome is Outcome.ONE_SHORT else "对不上"
    named = (
        ("已对上", tuple(said for said in one.met if said not in one.planned)),
        ("按打算算对上，办成后再申请", one.planned),
        (lacking, one.lacking),
        ("还需要知道", one.unknown),
        ("逐人核对", one.person_by_person),
    )
    return [(name, "；".join(said)) for name, said in named if said]
