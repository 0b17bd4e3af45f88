"""Working out what a person asks in all: their numbers of people times the card's figures, year by year."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhiqibot.content.policies import Amount, Fact, fold
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.topics.policies.comparing import compared
from zhiqibot.topics.policies.counts import Count
from zhiqibot.topics.policies.tiers import Line, Picked, amount_lines, named_choices, pick
from zhiqibot.topics.policies.working import Source, Term, Working

_TOTAL = re.compile(
    r"(?:一共|总共|合计|总计|加起来|拢共|统共)(?!分|有?几[档个项家类种])|全发|发完|总数|全部(?:下来|发)"
    r"|[二三四五六七八九十两2-9]年(?:下来)?(?:能|共)?(?:有|拿|领)?多少"
)
_MONTHS = re.compile(r"(?P<number>\d+|[一二三四五六七八九十两]+)个月")
_YEARS = re.compile(r"^(\d+)年$")
_STAYED = re.compile(r"留")
_WAGE = re.compile(r"最低工资\D{0,8}?(?P<number>\d{3,5})(?!\d)")
_SHARE = re.compile(r"的(?P<share>\d+)%")
_DIFFERENCE = re.compile(r"差(?:多少|几|了|距)|多(?:多少|几)|哪个(?:奖|补|给)?(?:得|的)?(?:多|高)|谁(?:多|高)")
_PER_PERSON = re.compile(r"元/人")
_PER_YEAR = "/年"


@dataclass(frozen=True)
class Case:
    """What a person has told of their own case, over one or more messages."""

    text: str
    counts: tuple[Count, ...] = ()

    @property
    def people(self) -> list[Count]:
        """Numbers of people or papers; those who stayed are a part of them, not more."""
        return [one for one in self.counts if not one.money and not _STAYED.search(one.label)]

    @property
    def stayed(self) -> tuple[Count, Count] | None:
        """(those who stayed, all), where both were said."""
        stayed = next((one for one in self.counts if _STAYED.search(one.label)), None)
        everyone = self.people[:1]
        return (stayed, everyone[0]) if stayed and everyone and 0 < stayed.number <= everyone[0].number else None

    @property
    def own(self) -> frozenset[float]:
        """Every number that is the person's own."""
        wage = _last_wage(self.text)
        months = [value for one in _MONTHS.finditer(self.text) if (value := _months(one)) is not None]
        return frozenset([*(one.number for one in self.counts), *months, *([float(wage["number"])] if wage else [])])


@dataclass(frozen=True)
class Reckoned:
    """The workings, and what could not be reckoned."""

    workings: tuple[Working, ...]
    left: tuple[str, ...] = ()


def asks_total(text: str) -> bool:
    """Tell whether a text asks what it comes to in all, what the difference is, or what a wage it names makes of it."""
    return bool(_TOTAL.search(text) or _DIFFERENCE.search(text) or _WAGE.search(text))


def retention(case: Case) -> Working | None:
    """Return the share of those who stayed, in %."""
    if case.stayed is None:
        return None
    stayed, everyone = case.stayed
    terms = (Term(stayed.number, "人", Source.PERSON), Term(everyone.number, "人", Source.PERSON))
    return Working("÷", terms, "%", "留用率")


def reckon(fact: Fact, picked: Picked, case: Case, asked: str) -> Reckoned:
    """Return what comes of the person's numbers by the card's figures; nothing where none of them fits.

    `asked` is the question itself: years are multiplied only where all of them are asked for."""
    table = list(zip(fact.card.amounts, amount_lines(fact.card), strict=True))
    if case.stayed or _WAGE.search(case.text):
        return _of_the_wage(table, case, picked)
    if _DIFFERENCE.search(asked) and not case.people:
        return Reckoned(_difference(table, picked, asked))
    return _by_head(table, picked, case, bool(_TOTAL.search(asked)))


_Table = Sequence[tuple[Amount, Line]]


def _by_head(table: _Table, picked: Picked, case: Case, in_all: bool) -> Reckoned:
    found: list[Working] = []
    left: list[str] = []
    for one in case.people:
        rows, said = _rows_of(one, table, picked, of_others=_named_by_others(one, case))
        if len(rows) == 1 and _is_rate(rows[0][0]):
            found.append(_times(rows[0], one))
        elif said and len(rows) > 1:
            left.append(f"{one.shown}：要看属于哪一档（{'、'.join(row.label for _, row in rows)}），说清楚才能算")
        elif said:
            left.append(f"{one.shown}：文件没有单列这一档或没有写明金额，不能算")
        elif one.label and len(case.people) > 1:
            left.append(f"{one.shown}：没对上文件里的哪一档，没有算进去")
    if not found and in_all and not case.people:
        found = _all_years_of_one(table, picked)
        return Reckoned(tuple(found))
    if found and all(one.terms[1].value == 1 for one in found) and len(found) < 2 and not in_all:
        return Reckoned(())
    if len(found) > 1 and len({one.unit for one in found}) == 1:
        found.append(Working("+", tuple(one.result for one in found), found[0].unit, "合计"))
    years = _years(table)
    if found and years and in_all and found[-1].unit.endswith(_PER_YEAR):
        terms = (found[-1].result, Term(years, "年", Source.CARD))
        found.append(Working("×", terms, "元", f"发满{years:g}年"))
    return Reckoned(tuple(found), tuple(left) if found or left else ())


def _named_by_others(count: Count, case: Case) -> bool:
    """Tell whether the row asked for was named by another count: “6个复审2个新考的” makes no 复审 of the two."""
    others = (one for one in case.people if one is not count)
    return bool(count.label) and any(named_choices(fold(one.label)) for one in others)


def _rows_of(count: Count, table: _Table, picked: Picked, *, of_others: bool) -> tuple[list[tuple[Amount, Line]], bool]:
    """Return the rows a count belongs to, and whether its own words say so."""
    lines = [line for _, line in table]
    tiers = named_choices(fold(count.label))
    chosen = pick(lines, tiers) if tiers else Picked((), False)
    if chosen.named:
        rows = [row for row in table if row[1] in chosen.lines and row[1].known]
        asked = [row for row in rows if picked.named and not of_others and row[1] in picked.lines]
        return asked or rows, True  # “两个研究生” after “那普通研究生呢” are of the row spoken of
    if of_others and picked.named:
        return [], False
    known = [row for row in table if row[1].known and (not picked.named or row[1] in picked.lines)]
    return (known, False) if len(known) == 1 else ([], False)


def _is_rate(amount: Amount) -> bool:
    rate = amount.unit.startswith("元/") and isinstance(amount.value, int | float)
    return rate and bool(_PER_PERSON.search(amount.unit) or amount.unit == f"元{_PER_YEAR}")


def _times(row: tuple[Amount, Line], count: Count) -> Working:
    amount, line = row
    terms = (_term(amount), Term(count.number, "人", Source.PERSON))
    return Working("×", terms, "元/年" if amount.unit.endswith(_PER_YEAR) else "元", line.label)


def _term(amount: Amount) -> Term:
    if not isinstance(amount.value, int | float):
        raise ValueError(f"{amount.what} has no single value")
    return Term(float(amount.value), amount.unit, Source.CARD)


def _all_years_of_one(table: _Table, picked: Picked) -> list[Working]:
    """What one person gets over all years, for each row asked for."""
    years = _years(table)
    rows = [row for row in table if picked.named and row[1] in picked.lines and row[0].unit.endswith(_PER_YEAR)]
    if not years:
        return []
    return [
        Working("×", (_term(amount), Term(years, "年", Source.CARD)), "元/人", line.label)
        for amount, line in rows
        if isinstance(amount.value, int | float)
    ]


def _years(table: _Table) -> float | None:
    """Return for how many years the card pays, where it is the same for every row."""
    periods = {amount.period or "" for amount, _ in table}
    found = _YEARS.match(periods.pop()) if len(periods) == 1 else None
    return float(found[1]) if found else None


def _difference(table: _Table, picked: Picked, asked: str) -> tuple[Working, ...]:
    lines = compared_rows([line for _, line in table], asked) or (picked.lines if picked.named else ())
    rows = [amount for amount, line in table if line in lines and isinstance(amount.value, int | float)]
    if len(rows) != 2 or rows[0].unit != rows[1].unit:
        return ()
    high, low = sorted((_term(one) for one in rows), key=lambda one: -one.value)
    return (Working("−", (high, low), high.unit, "相差"),) if high.value != low.value else ()


def compared_rows(lines: Sequence[Line], asked: str) -> tuple[Line, ...]:
    """Return the two rows that a question compares one with the other (普通研究生 and 名校本科), or none."""
    pair = compared(asked)
    found = [pick(lines, named_choices(fold(part))) for part in pair or ()]
    return tuple(one.lines[0] for one in found) if found and all(len(one.lines) == 1 for one in found) else ()


def _of_the_wage(table: _Table, case: Case, picked: Picked) -> Reckoned:
    """Of those who stayed: their share; of a lowest wage the person names: what the card's share of it comes to."""
    share = retention(case)
    found = [share] if share else []
    rows = [line for _, line in table if line in picked.lines and picked.named and _SHARE.search(line.value)]
    wage = _last_wage(case.text)
    if wage is None or len(rows) != 1 or not (percent := _SHARE.search(rows[0].value)):
        return Reckoned(tuple(found))
    own = Term(float(wage["number"]), "元", Source.PERSON)
    found.append(Working("×", (own, Term(float(percent["share"]), "%", Source.CARD)), "元/人/月", "每人每月"))
    for number, unit, whole in _by_people_and_months(case):
        found.append(Working("×", (found[-1].result, Term(number, unit, Source.PERSON)), whole, ""))
    return Reckoned(tuple(found))


def _last_wage(text: str) -> re.Match[str] | None:
    """Return the lowest wage the person named last."""
    return next(iter(reversed(list(_WAGE.finditer(text)))), None)


def _by_people_and_months(case: Case) -> list[tuple[float, str, str]]:
    steps = [(one.number, "人", "元/月") for one in case.people[:1]]
    spans = [value for one in _MONTHS.finditer(case.text) if (value := _months(one)) is not None and value > 1]
    return [*steps, *((value, "个月", "元" if steps else "元/人") for value in spans[-1:])]


def _months(said: re.Match[str]) -> float | None:
    number = parse_number(said["number"])
    return float(number) if number is not None else None
