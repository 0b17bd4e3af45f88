"""Every conversation in tests/stories plays without a fault: what people say, and what must be in the answers."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from zhiqibot.core.clock import read_instant
from zhiqibot.deployment import load_content, load_language, open_policy_desk
from zhiqibot.rehearsal import Rehearsal
from zhiqibot.settings import Settings

STORIES = [
    story
    for path in sorted((Path(__file__).parent / "stories").glob("*.yaml"))
    for story in yaml.safe_load(path.read_text(encoding="utf-8"))
]


class Unexpected(Exception):
    """The product failed inside, whatever it answered."""


@pytest.fixture(scope="session")
def rehearse() -> Any:
    settings = Settings()
    content = load_content(settings)
    understander = load_language(settings, content)
    desk = open_policy_desk(settings, content, understander)

    def fail(text: str, error: Exception) -> None:
        raise Unexpected(text) from error

    def on(now: datetime) -> Rehearsal:
        return Rehearsal(settings, content, understander, desk, now, fail)

    return on


@pytest.mark.parametrize("story", STORIES, ids=[story["id"] for story in STORIES])
def test_a_story_plays_as_its_people_expect(story: dict[str, Any], rehearse: Any) -> None:
    """故事按写好的样子进行：该说的都说了，不该说的没说，最后的账对得上。"""
    now = read_instant(str(story.get("now", "2026-11-23T10:00")))
    stage = rehearse(now).stage(story["role"], story.get("world") or {})

    for turn in story["turns"]:
        reply = stage.say(turn["says"])

        told = f"\n>> {turn['says']}\n{reply}"
        for expected in turn.get("expect", ()):
            assert any(one in reply for one in str(expected).split("|")), f"缺少 {expected}{told}"
        for unwanted in turn.get("not", ()):
            assert str(unwanted) not in reply, f"不该出现 {unwanted}{told}"

    counted = stage.counts()
    for what, number in (story.get("after") or {}).items():
        assert counted[what] == number, (what, counted)
