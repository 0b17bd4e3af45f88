"""Ending a form with an answer, where nothing is left to confirm."""

from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.forms import Ask
from zhiqibot.dialogue.turn import Turn


def answered(turn: Turn, message: OutboundMessage) -> Ask:
    """Close the open form and say `message` instead of a question."""
    turn.memory.form = None
    return Ask("", message)
