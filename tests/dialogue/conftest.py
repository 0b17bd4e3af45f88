"""The engine with a tiny made-up topic: a repair form, a visit form, one answer, and an understanding of a few words."""

import json
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage, as_plain_text
from zhiqibot.dialogue.engine import Engine
from zhiqibot.dialogue.filling import Filling
from zhiqibot.dialogue.forms import Ask, Hearing, from_slot, question, sentence
from zhiqibot.dialogue.judging import IntentInfo
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Memory, Reply, Speaker, Turn, button, say
from zhiqibot.nlu.understanding import Act, Understanding

WORDS = {
    "repair": "报修|坏了|停电|燃气",
    "visit": "预约|参观",
    "hours": "几点",
    "board": "统计",
    "bind": "绑定",
    "affirm": "就照这个办",
}
KINDS = {"电": "power", "燃气": "gas", "水": "water"}
CODE = "FC-12345"


def slots_of(text: str, _: object = None) -> dict[str, Any]:
    """Read kind, number of people and code."""
    slots: dict[str, Any] = {}
    kinds = [kind for word, kind in KINDS.items() if word in text]
    if kinds:
        slots["kind"] = kinds[-1]
    if people := re.search(r"(\d+)个?人", text):
        slots["people"] = int(people[1])
    if CODE in text:
        slots["code"] = CODE
    return slots


def understand(text: str, now: datetime, *, role: str, asked: str | None) -> Understanding:
    """Cut at “另外”; each part means what its words say, “不好说” two things at once."""
    acts = []
    for part in filter(None, re.split("[，。]?另外", text)) if text.strip() else [text]:
        intent = next((one for one, words in WORDS.items() if re.search(words, part)), "out_of_scope")
        ranking: tuple[tuple[str, float], ...] = ((intent, 0.95),)
        if "不好说" in part:
            intent, ranking = "repair", (("repair", 0.34), ("visit", 0.31))
        acts.append(Act(part, intent, ranking[0][1], ranking, slots_of(part)))
    return Understanding(text, tuple(acts) or (Act(text, "out_of_scope", 0.9, (("out_of_scope", 0.9),)),))


@dataclass(frozen=True)
class Repair:
    place: str = question("请问在哪里？", read=sentence(), label="地点", free_text=True)
    kind: str = question("是水、电还是燃气？", read=from_slot("kind"), label="类别", example="电")
    note: str = question("", read=lambda heard: heard.text if heard.asked else None, label="备注", default="")


def people_said(hearing: Hearing) -> int | None:
    people = hearing.slots.get("people")
    if people == 0:
        raise Conflict(reason="人数不能是 0。")
    return int(people) if people else None


@dataclass(frozen=True)
class Visit:
    people: int = question("几位参加？", read=people_said, label="人数", buttons=[button("一位", "set:people=1")])
    floor: str = question("", read=lambda _: None, label="楼层", default=None)


@dataclass(frozen=True)
class Binding:
    code: str = question("请发邀请码。", read=from_slot("code"), label="邀请码")


@dataclass
class Phone:
    """One person's conversation: say or press, and read the answer; memory goes through JSON every time."""

    engine: Engine
    now: datetime
    speaker: Speaker = field(default_factory=lambda: Speaker("p1", "enterprise"))
    memory: Memory = field(default_factory=Memory)
    filed: list[Any] = field(default_factory=list)

    def says(self, text: str, press: str = "") -> str:
        self.now += timedelta(seconds=20)
        turn = Turn(_no_session(), self.now, self.speaker, text, Act(text, "", 0.0, ()), self.memory)
        replies = self.engine.respond(turn, press)
        self.speaker, self.memory = turn.speaker, Memory.from_json(json.loads(json.dumps(turn.memory.as_json())))
        return "\n".join(as_plain_text(reply) for reply in replies)

    def presses(self, value: str) -> str:
        return self.says("", value)

    def waits(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)


def _no_session() -> Session:
    return Session()


@dataclass
class TinyTopic:
    """The handlers; what was filed is kept in order."""

    filed: list[Any] = field(default_factory=list)

    def register(self, router: Router) -> None:
        form = router.form("repair", Repair, title="报修", confirm=self.confirm, supplement="note", needs_identity=True)
        form(self.file)
        router.form("visit", Visit, title="参观", resolve=self.which_floor)(self.file)
        router.form("bind", Binding, title="绑定")(self.bind)
        router.on("hours", continuing=True)(lambda turn: say("早八点到晚六点。"))
        router.on("board")(lambda turn: say("共 3 件。"))
        router.on("out_of_scope")(lambda turn: say("这个我不懂。"))
        router.press("call")(lambda turn: say(f"拨打{turn.argument}"))

    def confirm(self, turn: Turn, form: Repair) -> OutboundMessage:
        return say(f"在{form.place}修{form.kind}{form.note}，确认吗？")

    def which_floor(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        if int(values["people"]) > 99:
            raise Conflict(reason="最多 99 人，请减少人数。")
        if int(values["people"]) > 9 and not values.get("floor"):
            return Ask("floor", say("人多，去几楼？", buttons=[button("三楼", "set:floor=3")]))
        return None

    def file(self, turn: Turn, form: Any) -> Reply:
        self.filed.append(form)
        return say("已登记。")

    def bind(self, turn: Turn, form: Binding) -> Reply:
        turn.speaker = replace(turn.speaker, person_id="p1")
        return say("绑定成功。")


@pytest.fixture
def phone(now: datetime) -> Phone:
    router, topic = Router(), TinyTopic()
    topic.register(router)
    everybody = frozenset({"enterprise", "cadre", "office"})
    infos = {name: IntentInfo(title, everybody) for name, title in (("repair", "报修"), ("visit", "预约参观"))}
    infos["board"] = IntentInfo("看统计", frozenset({"office"}))
    engine = Engine(router, understand, infos, Filling(router, slots_of), identify="bind")
    return Phone(engine, now, filed=topic.filed)


@pytest.fixture
def stranger(phone: Phone) -> Phone:
    phone.speaker = Speaker(None, "enterprise")
    return phone
