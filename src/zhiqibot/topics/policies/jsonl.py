"""`zhiqibot ask --jsonl`: one question in, one answer with its citations out."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from zhiqibot.topics.policies.desk import PolicyDesk


def ask_line(desk: PolicyDesk, record: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Answer one record of `id`, `text` and perhaps `context`; whatever is missing or odd is read as empty."""
    context = record.get("context")
    answer = desk.answer(str(record.get("text") or ""), now, context=str(context) if context else None)
    wrong = {"error": record["error"]} if "error" in record else {}
    return {
        "id": record.get("id"),
        "answered": answer.answered,
        "answer": answer.text,
        "citations": [asdict(one) for one in answer.citations],
        **wrong,
    }
