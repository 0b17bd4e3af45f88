"""Messages that hold several requests, and stories told in several clauses that hold one."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from zhiqibot.nlu.understander import Understander

MESSAGES = yaml.safe_load((Path(__file__).parent / "several_requests.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("message", MESSAGES, ids=[message["says"] for message in MESSAGES])
def test_a_message_holds_the_requests_it_makes(
    understander: Understander, now: datetime, message: dict[str, Any]
) -> None:
    """几件事拆成几件，一件事分几句说的不拆。"""
    understood = understander.understand(message["says"], now, role=message.get("role", "enterprise"))

    found = [act.intent for act in understood.acts]
    assert len(found) == len(message["wants"]), found
    assert all(one in wanted.split("|") for one, wanted in zip(found, message["wants"], strict=True)), found
