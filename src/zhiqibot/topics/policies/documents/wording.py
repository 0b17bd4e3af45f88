"""How an imported document is shown to the officer: the facts at its head, the tree, the proposals, every doubt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from zhiqibot.topics.policies.documents.model import STATUS_LABELS, DocumentStatus, PolicyClauseRow, PolicyDocumentRow

FIRST_WORDS = 32  # characters of a clause shown in the tree
UNKNOWN = "（未找到）"
_NAMES = {"topics": "事项", "units": "单位", "amounts": "金额", "deadlines": "时限"}


def preview(row: PolicyDocumentRow, titles: Mapping[str, str]) -> str:
    """Return everything an officer needs to approve a document; `titles` names the topics."""
    doubts = _doubts_by_clause(row.doubts)
    lines = [*_head(row, titles), "", "条款："]
    for clause in row.clauses:
        lines += _clause_lines(clause, doubts.pop(clause.reference, ()), titles)
    general = [one for left in doubts.values() for one in left]
    lines += [
        "",
        f"存疑 {len(row.doubts)} 处" + ("：" if general else "（见各条下的 ？）" if row.doubts else "，没有发现问题"),
    ]
    lines += [f"  ？{one}" for one in general]
    return "\n".join([*lines, "", next_step(row)])


def line_of(row: PolicyDocumentRow) -> str:
    """Return a document as one line of a list."""
    version = f" 第 {row.version} 版" if row.version > 1 else ""
    doubts = f"，存疑 {len(row.doubts)} 处" if row.status == DocumentStatus.DRAFT and row.doubts else ""
    ended = f"（{row.ended_why}）" if row.ended_why else ""
    dated = f" {row.issued_on}" if row.issued_on else ""
    return f"{row.id}  {STATUS_LABELS[DocumentStatus(row.status)]}{ended}{version}  {row.cited}{dated}  {row.region}{doubts}"


def next_step(row: PolicyDocumentRow) -> str:
    """Say what happens next with a document."""
    if row.status == DocumentStatus.DRAFT:
        replaced = f"审定后代替现行的 {row.supersedes_id}。" if row.supersedes_id else ""
        return f"核对无误后审定：zhiqibot policy approve {row.id} --by 工号。审定以前不会用来答复任何人。{replaced}"
    if row.status == DocumentStatus.APPROVED:
        return f"{row.cited}现行有效，企业提问时按条款引用。"
    return f"{row.cited}{STATUS_LABELS[DocumentStatus(row.status)]}，不再用来答复。"


def _head(row: PolicyDocumentRow, titles: Mapping[str, str]) -> list[str]:
    clauses = [one for one in row.clauses if one.marker]
    tables = sum(1 for one in row.clauses if one.rows)
    valid = "至".join(str(day) if day else "……" for day in (row.valid_from, row.valid_until))
    return [
        f"{row.id}  {STATUS_LABELS[DocumentStatus(row.status)]}  第 {row.version} 版",
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
