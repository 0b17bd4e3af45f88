"""Inspections in the conversation: everything is registered here."""

from collections.abc import Callable
from typing import Any

from zhiqibot.core.errors import PersonError
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn
from zhiqibot.topics.inspections.service import InspectionService
from zhiqibot.topics.inspections.verifying import Inspection, Verifying

Begin = Callable[[Turn, str, str, dict[str, Any]], Reply]
"""Opens the form of an intent, with a text and the values known already."""


def register(router: Router, inspections: InspectionService, begin: Begin) -> None:
    """Register 核验检查 and the report of unfiled visits; strangers may verify, too."""
    verifying = Verifying(inspections)
    router.form(
        "verify_inspection",
        Inspection,
        title="核验检查",
        resolve=verifying.resolve,
        confirm=verifying.confirm,
        supplement="note",
    )(verifying.finish)

    def report(turn: Turn) -> Reply:
        try:
            return begin(turn, "verify_inspection", "举报未备案检查", {"report": "yes"})
        except PersonError:
            turn.memory.form = None  # it could not even be opened
            raise

    router.press("report_unfiled")(report)
