"""How an answer reads: the fact first, then conditions, table, how, units, and the source line last."""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from zhiqibot.content.policies import Amount, Card, Fact
from zhiqibot.core.numbers import numbers_in
from zhiqibot.topics.policies.places import Level
from zhiqibot.topics.policies.tiers import Line, Picked, amount_lines

_SENTENCE = re.compile(r"[^。；！？]+[。；！？]?")
_ALIKE = 72
MAX_NOT_STATED = 4
_STEP = re.compile(
    r"(?:谁|哪里?|哪儿|哪个(?:部门|单位|地方)|啥地方|什么(?:部门|地方)|啥部门)(?:去|来|那里?)?(?P<step>备案|登记|审核|受理|认定|审批)"
)
_WITH_WHOM = re.compile(r"[向由经交报到]\S{2,12}(?:备案|登记|审核|受理|认定|审批)")
_CLAUSES = re.compile(r"[,，、;；?？。]")
_SHORTEST_POINT = 4
_SHARED = 0.5
"""Share of a clause's pairs of characters that a point left open must hold to be the one asked for."""


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each with its closing mark."""
    return [one.strip() for one in _SENTENCE.findall(text) if one.strip()]


def paragraphs(text: str) -> list[str]:
    """Break a long text into a line per sentence."""
    return re.findall(r"[^。]+。?", text)


def source_lines(facts: Iterable[Fact]) -> list[str]:
    """Write where facts stand, a line per document: 依据：《…》（文号）条款，日期，地区."""
    grouped: dict[str, list[Fact]] = {}
    for fact in facts:
        grouped.setdefault(fact.document.id, []).append(fact)
    return [_source(group) for group in grouped.values()]


def _source(group: Sequence[Fact]) -> str:
    document = group[0].document
    number = f"（{document.number}）" if document.number else ""
    word = "来源（新闻报道，不是政策文件）" if document.kind == "report" else "依据"
    clauses = "、".join(dict.fromkeys(fact.card.clause or "" for fact in group))
    regions = "、".join(dict.fromkeys(fact.region for fact in group))
    return f"{word}：《{document.title}》{number}{clauses}，{document.dated}，{regions}"


def label_of(fact: Fact, level: Level, county: str) -> str:
    """Say whose rule it is, where it is not the county's own."""
    report = fact.document.kind == "report"
    if level == "elsewhere" and not report:
        return f"以下是{fact.region}的做法，不是{county}的政策，不能拿来在{county}申领。"
    if level == "elsewhere":
        return f"以下是{fact.region}的做法（见新闻报道），不是{county}的政策，不能作为申领依据。"
    if report:
        return f"以下是新闻报道的{fact.region}做法，不能作为申领依据。"
    if level in ("city", "province"):
        return (
            f"以下是{fact.region}的文件（{fact.document.dated[:4]}年）："
            if fact.document.date
            else f"以下是{fact.region}的文件："
        )
    return ""


def first_line(card: Card, picked: Picked) -> str:
    """Write the fact itself: the tier asked for, or the card's lead."""
    if picked.named and len(picked.lines) == 1:
        line = picked.lines[0]
        what = next((one.what for one in card.amounts if (one.tier or one.what) == line.label), "")
        period = f"，{line.period_shown}" if line.period_shown else ""
        named = f"{line.label}：{what}{line.value}" if what and what != line.label else f"{line.label}：{line.value}"
        note = f"，{line.note}" if line.note and line.known else ""
        return f"{named}{period}{note}。" if line.known else f"{line.label}：{line.note or '文件没有写明金额'}。"
    if picked.named and picked.lines:
        rows = list(dict.fromkeys(one.what for one in card.amounts if _is_row(one, picked)))
        return f"{'、'.join(rows)}分别是：" if len(rows) > 1 else f"{(rows or ['按情况'])[0]}分这几档："
    return card.lead


def _is_row(amount: Amount, picked: Picked) -> bool:
    return any(line.label == amount.tier or line.label.startswith(amount.what) for line in picked.lines)


def table(lines: Sequence[Line]) -> list[str]:
    """Write a table, a line each."""
    return [f"· {line.shown}" for line in lines]


def general_lines(card: Card) -> list[str]:
    """Write a card in full: table, what the summary adds, conditions, how, deadline."""
    lines = amount_lines(card)
    shown = table(lines) if len(lines) > 1 else []
    shown += [*condition_lines(card), *apply_lines(card)]
    known = "\n".join([card.lead, *shown])
    added = [one for one in sentences(card.summary) if _adds(one, known, tabled=len(lines) > 1)]
    return ["".join(added), *shown] if added else shown


def _adds(sentence: str, known: str, *, tabled: bool) -> bool:
    """Tell whether a sentence says more than what is already shown."""
    if any(number not in numbers_in(known) for number in numbers_in(sentence)):
        return True
    return not tabled and fuzz.partial_ratio(sentence, known) < _ALIKE


def condition_lines(card: Card) -> list[str]:
    return [f"条件：{'；'.join(card.conditions)}。"] if card.conditions else []


def step_asked(card: Card, asked: str) -> str:
    """Return the sentence that says with whom a step is done that was asked for (“找谁备案”), or nothing."""
    step = _STEP.search(asked)
    said = [card.how_to_apply or "", *card.conditions]
    told = next((one for one in said if step and step["step"] in one and _WITH_WHOM.search(one)), "")
    return f"{told.rstrip('。')}。" if told else ""


def apply_lines(card: Card, *, deadline: bool = True) -> list[str]:
    """Write how it is applied for, with what, and until when, as far as the document says."""
    lines = ["这一项免申即享，不用提交申请。"] if card.automatic else []
    if card.how_to_apply:
        lines.append(f"怎么办：{card.how_to_apply.rstrip('。')}。")
    if card.materials:
        lines.append(f"材料：{'、'.join(card.materials)}。")
    if card.deadline and deadline:
        lines.append(f"时限：{card.deadline.rstrip('。')}。")
    return lines


def unit_line(card: Card) -> str:
    """Name who is responsible, or nothing."""
    if not card.units and not card.lead_unit:
        return ""
    units = "、".join(card.units)
    return f"责任单位：{units}" if units else f"牵头：{card.lead_unit}"


def not_stated_line(card: Card, words: Sequence[str] = ()) -> str:
    """Say what the document leaves open; with `words`, only the points that concern them."""
    points = points_on(card, words)
    return f"文件没有写明：{'；'.join(points[:MAX_NOT_STATED])}。" if points else ""


def points_on(card: Card, words: Sequence[str] = ()) -> list[str]:
    """Return the points a document leaves open that concern any of the words, or all of them."""
    return [one for one in card.not_stated if not words or any(word in one for word in words)]


def open_line(card: Card, asked: str, shown: Sequence[str]) -> str:
    """Say that a point asked beside the rest (“多少人算多”) is left open, unless that was said already."""
    said = "\n".join(shown)
    clauses = [one for one in _CLAUSES.split(asked) if len(one) >= _SHORTEST_POINT]
    points = [one for one in card.not_stated if one not in said and any(_asks_for(one, part) for part in clauses[1:])]
    return f"文件没有写明：{'；'.join(points[:1])}。" if points else ""


def _asks_for(point: str, clause: str) -> bool:
    pairs = {clause[at : at + 2] for at in range(len(clause) - 1)}
    return sum(pair in point for pair in pairs) >= _SHARED * len(pairs)
