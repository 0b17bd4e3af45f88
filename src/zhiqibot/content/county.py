"""A county's own rules as YAML (`county.yaml`): region, office, hotlines, clocks, quiet hours, routing."""

import re
from collections.abc import Collection
from datetime import datetime, time, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from zhiqibot.content.profile import pattern_of
from zhiqibot.content.reading import Mistakes, read_model, read_yaml
from zhiqibot.core.clock import local


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Region(_Rules):
    """Where the deployment is at home: its county's policies are “ours”."""

    county: str
    city: str = ""
    province: str = ""


class Desk(_Rules):
    """The office (联席办、助企办) as people reach it."""

    id: str = "office"
    name: str
    phone: str


class Hotline(_Rules):
    """A repair or emergency line, shown before anything else when it burns."""

    name: str
    phone: str


class QuietHours(_Rules):
    """When nothing that can wait is pushed; may cross midnight."""

    start: time = Field(alias="from", default=time(20, 0))
    end: time = Field(alias="to", default=time(8, 0))

    def covers(self, moment: datetime) -> bool:
        """Tell whether a local moment is quiet."""
        clock = local(moment).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def next_allowed(self, moment: datetime) -> datetime:
        """Return `moment` itself, or the end of the quiet hours it falls in."""
        if not self.covers(moment):
            return moment
        here = local(moment)
        ends = here.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        return ends if ends > here else ends + timedelta(days=1)


class Clocks(_Rules):
    """Time limits in working days."""

    assign: int = 1
    first_progress: int = 3
    ordinary: int = 7
    complex: int = 22
    bad_rating: int = 15


class Route(_Rules):
    """Who handles a topic; the first route that fits wins, one without words and regions always fits."""

    topic: str
    lead: str
    assist: list[str] = []
    words: list[str] = []
    regions: list[str] = []

    def fits(self, topic: str, text: str, region: str) -> bool:
        if self.topic != topic:
            return False
        if self.words and not any(word in text for word in self.words):
            return False
        return not self.regions or region in self.regions


class Interpreter(_Rules):
    """政策解读员: explains policies to enterprises; without topics they explain all of them."""

    person: str = Field(description="id of a cadre, clerk or officer of the directory")
    name: str = Field(min_length=2)
    title: str = ""
    topics: list[str] = []
    phone: str = Field(default="", description="office line that may be shown to anybody")


class County(_Rules):
    """All rules of one county."""

    region: Region
    office: Desk
    hotlines: dict[str, Hotline] = {}
    quiet_hours: QuietHours = QuietHours()
    clocks: Clocks = Clocks()
    confidential_words: list[str] = []
    """Words of a complaint about officials: such reports are offered the confidential lane."""
    routing: list[Route]
    interpreters: list[Interpreter] = []

    def confides(self, text: str) -> bool:
        """Tell whether a report sounds like a complaint about officials."""
        return any(re.search(pattern_of(word), text) for word in self.confidential_words)

    def route(self, topic: str, text: str, region: str) -> Route:
        """Return who handles a matter; a topic without a route goes where `other` goes."""
        fitting = (route for route in self.routing if route.fits(topic, text, region))
        fallback = (route for route in self.routing if route.topic == "other")
        return next(fitting, None) or next(fallback)


def load_county(folder: Path, topics: Collection[str]) -> County:
    """Read `county.yaml`; raise a ContentError with every mistake, a topic without a route included."""
    mistakes = Mistakes()
    data = read_yaml(folder / "county.yaml", mistakes)
    county = read_model(County, data, "county.yaml", mistakes) if data is not None else None
    if county:
        general = {route.topic for route in county.routing if not route.words and not route.regions}
        for topic in sorted(set(topics) - general):
            mistakes.add("county.yaml", "routing", f"主题 {topic} 没有通用的承办单位")
        for route in county.routing:
            if route.topic not in topics:
                mistakes.add("county.yaml", "routing", f"没有这个主题：{route.topic}")
        for place, one in enumerate(county.interpreters):
            for topic in sorted(set(one.topics) - set(topics)):
                mistakes.add("county.yaml", f"interpreters.{place}.topics", f"没有这个主题：{topic}")
    mistakes.raise_if_any()
    assert county is not None  # noqa: S101  (raise_if_any has raised otherwise)
    return county
