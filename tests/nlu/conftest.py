"""One understander over the real content for all tests of this folder."""

from datetime import datetime
from pathlib import Path

import pytest

from zhiqibot.content.intent_loading import load_intents
from zhiqibot.content.intents import IntentContent
from zhiqibot.content.reading import content_root
from zhiqibot.core.clock import SHANGHAI
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.nlu.loading import load_understander
from zhiqibot.nlu.understander import Understander

ENTERPRISES = ("德润机械有限公司", "瑞泰纺织有限公司", "宏达服饰有限公司")
UNITS = {"自然资源局": "方城县自然资源局", "国土局": "方城县自然资源局", "供电公司": "国网方城县供电公司"}


@pytest.fixture(scope="session")
def content() -> IntentContent:
    return load_intents(content_root() / "intents")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by the workers of one run: the model is trained once."""
    return tmp_path_factory.getbasetemp().parent / "nlu-models"


@pytest.fixture(scope="session")
def understander(content: IntentContent, cache: Path) -> Understander:
    return load_understander(content, cache, workdays=WorkdayCalendar(), enterprise_names=ENTERPRISES, unit_names=UNITS)


@pytest.fixture
def now() -> datetime:
    """Monday morning, 2026-11-23."""
    return datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
