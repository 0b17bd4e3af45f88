"""How an imported document is shown to the officer: the facts at its head, the tree, the proposals, every doubt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from zhiqibot.topics.policies.documents.model import STATUS_LABELS, DocumentStatus, PolicyClauseRow, PolicyDocumentRow

FIRST_WORDS = 32  # characters of a clause shown in the tree
UNKNOWN = "（未找到）"
_NAMES = {"topics": "事项", "units": "单位", "amounts": "金额", "deadlines": "时限"}


def preview(row: PolicyDocumentRow, titles: Mapping[str, str], today: date) -> str:
    """Return everything an officer needs to approve a document; `titles` names the topics."""
    doubts = _doubts_by_clause(row.doubts)
    lines = [*_head(row, titles, today), "", "条款："]
    for clause in row.clauses:
        lines += _clause_lines(clause, doubts.pop(clause.reference, ()), titles)
    general = [one for left in doubts.values() for one in left]
    lines += [
        "",
        f"存疑 {len(row.doubts)} 处" + ("：" if general else "（见各条下的 ？）" if row.doubts else "，没有发现问题"),
    ]
    lines += [f"  ？{one}" for one in general]
    return "\n".join([*lines, "", next_step(row, today)])


def line_of(row: PolicyDocumentRow, today: date) -> str:
    """Return a document as one line of a list."""
    version = f" 第 {row.version} 版" if row.version > 1 else ""
    doubts = f"，存疑 {len(row.doubts)} 处" if row.status == DocumentStatus.DRAFT and row.doubts else ""
    ended = f"（{row.ended_why}）" if row.ended_why else ""
    dated = f" {row.issued_on}" if row.issued_on else ""
    return f"{row.id}  {_status(row, today)}{ended}{version}  {row.cited}{dated}  {row.region}{doubts}"


def next_step(row: PolicyDocumentRow, today: date) -> str:
    """Say what happens next with a document; one that has expired is warned of."""
    if row.status == DocumentStatus.DRAFT:
        replaced = f"审定后代替现行的 {row.supersedes_id}。" if row.supersedes_id else ""
        step = f"核对无误后审定：zhiqibot policy approve {row.id} --by 工号。审定以前不会用来答复任何人。{replaced}"
        return f"{step}\n{_expired_warning(row)}" if expired(row, today) else step
    if row.status == DocumentStatus.APPROVED:
        return _expired_warning(row) if expired(row, today) else f"{row.cited}现行有效，企业提问时按条款引用。"
    return f"{row.cited}{STATUS_LABELS[DocumentStatus(row.status)]}，不再用来答复。"


def expired(row: PolicyDocumentRow, today: date) -> bool:
    """Tell whether a document is past its last day."""
    return row.valid_until is not None and row.valid_until < today


def _expired_warning(row: PolicyDocumentRow) -> str:
    """What approving an expired document means, and how a wrong date is put right."""
    answered = "企业问到时只按“已到期”答复，不能据此申报"
    if row.status == DocumentStatus.DRAFT:
        wrong = "有效期读错了的，审定时加 --until 年-月-日 改正"
    else:
        wrong = (
            f"有效期读错了的，先废止（zhiqibot policy repeal {row.id} --by 工号）再导入，审定时加 --until 年-月-日 改正"
        )
    return f"注意：{row.cited}的有效期到 {row.valid_until}，已经过了。{answered}；{wrong}。"


def _status(row: PolicyDocumentRow, today: date) -> str:
    over = row.status == DocumentStatus.APPROVED and expired(row, today)
    return "已到期" if over else STATUS_LABELS[DocumentStatus(row.status)]


def _head(row: PolicyDocumentRow, titles: Mapping[str, str], today: date) -> list[str]:
    clauses = [one for one in row.clauses if one.marker]
    tables = sum(1 for one in row.clauses if one.rows)
    valid = "至".join(str(day) if day else "……" for day in (row.valid_from, row.valid_until))
    return [
        f"{row.id}  {_status(row, today)}  第 {row.version} 版",
        f"标题：{row.title}",
        f"发文机关：{row.issuer or UNKNOWN}",
        f"文号：{row.number or UNKNOWN}",
        f"日期：{row.issued_on or UNKNOWN}",
        f"地区：{row.region}",
        f"有效期：{valid if row.valid_from or row.valid_until else '文中没有写明'}",
        f"事项：{_named(row.topics, titles) or UNKNOWN}",
        f"共 {len(clauses)} 条、{tables} 张表，来自文件 {row.file_name}",
    ]


def _clause_lines(clause: PolicyClauseRow, doubts: Iterable[str], titles: Mapping[str, str]) -> list[str]:
    indent = "  " * (clause.depth + 1)
    words = " ".join(clause.text.split())
    shown = words if len(words) <= FIRST_WORDS else f"{words[:FIRST_WORDS]}……"
    lines = [f"{indent}{clause.reference}  {shown}"]
    said = {**clause.proposal, "topics": [titles.get(topic, topic) for topic in clause.proposal.get("topics", ())]}
    proposed = [f"{name}：{'、'.join(said[key])}" for key, name in _NAMES.items() if said.get(key)]
    lines += [f"{indent}  ·{'；'.join(proposed)}"] if proposed else []
    return lines + [f"{indent}  ？{one}" for one in doubts]


def _named(topics: Sequence[str], titles: Mapping[str, str]) -> str:
    return "、".join(titles.get(topic, topic) for topic in topics)


def _doubts_by_clause(doubts: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for one in doubts:
        detail = f"：{one['detail']}" if one.get("detail") else ""
        grouped[one.get("reference", "")].append(f"{one['what']}{detail}")
    return grouped
