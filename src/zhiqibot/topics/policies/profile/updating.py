"""Changing what is known of an enterprise: by a sentence (“我们今年刚评上专精特新”) or by “资料有变”."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhiqibot.content.profile import Trait
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.policies.calculator import INTENT, RECENT, Calculator
from zhiqibot.topics.policies.matching import Match, Outcome
from zhiqibot.topics.policies.profile import report
from zhiqibot.topics.policies.profile.asking import NONE, traits_form
from zhiqibot.topics.policies.profile.news import (
    ALL,
    APPLY_ITEM,
    ASK_ONE,
    CHANGE,
    FOLLOWING,
    ITEM,
    PRINT,
    SHOW,
    UPDATE,
    WHY,
    News,
)
from zhiqibot.topics.policies.profile.talking import Talking, place_in

APPLY = "apply_policy"
LONGEST_REQUEST = 20
_WHY = re.compile(
    r"(?:为(?:什么|啥|何)|咋|凭啥|凭什么|怎么).{0,6}(?:不符合|不够|不行|对不上|没有|领不了|拿不了)|差在哪|差哪"
)
_CHANGED = re.compile(
    r"^(?:我们?|俺们?|咱们?)?(?:企业|公司|厂)?(?:的)?(?:资料|信息|情况)(?:有变化?|变了|有误|不对|要改|需要改|有改动)[了吧。！!]*$"
    r"|^(?:我们?|俺们?|咱们?|请|想|要|能不能|可不可以|帮我?)*(?:把)?(?:我们|企业|公司)?(?:的)?(?:企业|公司)?资料(?:改|更正|更新)(?:一?下)?[吗吧。？?！!]*$"
)
_PRINTS = re.compile(
    r"打印|(?:导出|下载|发给?我|发一份|保存|要|看看?|看一?下).{0,6}(?:报告|清单)|(?:报告|清单).{0,6}(?:导出|下载|发给?我|发一份|保存|链接)"
)
_REPORT = re.compile(r"(?:政策)?匹配(?:的)?报告|政策(?:的)?(?:匹配|测算)?(?:报告|清单).{0,4}(?:打印|链接|发)|打印版")
"""Names the report itself, also when something else was spoken of last."""
_ADDS = re.compile(r"^(?:我?要|我?想|请|帮我?)?(?:补充|修改|更正|改一?下?|重新?说)(?:一?下)?(?P<title>\w{2,8})$")
_ALL = re.compile(r"^(?:看|发|要)?(?:一?下)?(?:全部|完整)(?:的)?(?:清单|政策)?[吧。！!]*$")

_REST = re.compile(
    r"^(?:那|那么)?(?:还有|还能享受|还能领)(?:啥|什么|哪些|别的|其他|其它)(?:别的|其他|政策|补贴|没有|吗|呢|的|能领|可以领|能拿)*[?？。！!]*$"
)
_ANEW = re.compile(r"^(?:重新?算(?:一?[下遍])?|再算(?:一?[下遍])?)[了吧啊的。！!]*$")
_RECKONS = re.compile(
    r"^(?:请|你)?(?:帮|给|替)?(?:我们?|俺们?|咱们?)?(?:算算|算一?下|算一算|看看|查查)(?:看)?(?:我们?|俺们?|咱们?)(?:厂|公司|企业)?(?:一共|总共|都)?能(?:拿|领|得|享受)(?:到)?(?:多少|啥|什么|哪些)(?:钱|补贴|政策|好处|优惠)?[了吧啊呢?？。！!]*$"
)
"""“帮我算算俺能拿多少钱” names no policy: all of them are gone through."""

Begin = Callable[[Turn, str, str, dict[str, Any]], Reply]
"""Opens a form with what is known already."""


@dataclass(frozen=True)
class Updating:
    """Reads news of an enterprise and stores it; `begin` opens the calculator's form for one question."""

    calculator: Calculator
    talking: Talking
    news: News
    begin: Begin

    def means(self, turn: Turn) -> str | None:
        """Tell whether a sentence brings news, or goes on from a result shown (“全部”, “为什么不符合”)."""
        text = turn.text.strip()
        if _CHANGED.match(text):
            return CHANGE
        asked = self._asks(turn, text) if len(text) <= LONGEST_REQUEST else None
        if asked:
            return asked
        known = self.news.whose(turn) or self.news.stranger(turn) if self.news.may_be(turn) else ""
        return UPDATE if known and self.news.of(turn) else None

    def _asks(self, turn: Turn, text: str) -> str | None:
        """Return what a short sentence asks about the result shown; None when it does not speak of it."""
        told = turn.memory.recent.get(RECENT)
        if told and (_REPORT.search(text) or (_PRINTS.search(text) and self.news.fresh(turn))):
            return PRINT
        if _REPORT.search(text) or _RECKONS.match(text):
            return INTENT
        if turn.memory.intent not in FOLLOWING:
            return None
        if _ALL.match(text) or _REST.match(text):
            return ALL
        if told and _ANEW.match(text):
            return SHOW
        if _WHY.search(text):
            return WHY
        if (named := _ADDS.match(text)) and self._titled(named["title"]):
            return ASK_ONE
        if not told or not place_in(text):
            return None
        return APPLY_ITEM if self.talking.wants_to_apply(turn) else ITEM

    def update(self, turn: Turn) -> Reply:
        """Store the news and say what changes by it."""
        news = self.news.of(turn)
        enterprise_id = self.news.whose(turn)
        if enterprise_id:
            self.calculator.profiles.check_may_change(turn.session, turn.speaker, enterprise_id, turn.now)
        _, before = self.news.spoken_of(turn)
        if enterprise_id:
            profiles = self.calculator.profiles
            profiles.record(turn.session, turn.speaker, enterprise_id, dict(news), turn.now)
            turn.memory.recent[RECENT] = {"enterprise": enterprise_id, "values": {}}
        else:
            said = {name: "、".join(values) or NONE for name, values in news.items()}
            told = turn.memory.recent[RECENT]
            turn.memory.recent[RECENT] = {**told, "values": {**told["values"], **said}}
        gained = _newly_met(before, self.calculator.recent(turn)[1])
        head = f"记下了：{self.talking.told(news)}。" + (f"现在新符合：{'、'.join(gained)}。" if gained else "")
        return self.talking.show(turn, head)

    def change(self, turn: Turn) -> Reply:
        """Show what is known, with a button for each thing that can be said anew."""
        profile, _ = self.calculator.recent(turn)
        if not profile.enterprise_id and turn.speaker.role != Role.ENTERPRISE:
            return say("请先说是哪家企业，比如“帮德润机械匹配一下政策”。")
        if not profile.enterprise_id and not profile.facts:
            return say(
                "先绑定企业身份，我就能记住您的资料，以后不用再问。",
                buttons=[button("绑定企业", "intent:bind_identity")],
            )
        lines = [
            f"· {title}：{value}（{source}）"
            for title, value, source in report.facts_of(profile, self.calculator.content)
        ]
        traits = [one for one in self.calculator.content.traits if one.asked != "never"]
        buttons = [button(one.title, f"do:profile_ask:{one.id}") for one in traits]
        known = "\n".join(lines) if lines else "目前还没有记下贵企业的资料。"
        return say(
            f"现在记着的资料：\n{known}\n要改哪一项？点一下，或者直接说，比如“我们今年刚评上专精特新”。",
            buttons=buttons,
        )

    def ask_one(self, turn: Turn) -> Reply:
        """Ask for one thing anew."""
        trait = self.calculator.content.by_id.get(turn.argument)
        if trait is None or trait.asked == "never":
            return say("这个按钮已经失效了，请直接说要改什么。")
        return self._ask_anew(turn, trait)

    def ask_named(self, turn: Turn) -> Reply:
        """Ask anew for what a sentence names (“补充近期打算”)."""
        named = _ADDS.match(turn.text.strip())
        trait = self._titled(named["title"]) if named else None
        return self._ask_anew(turn, trait) if trait else self.change(turn)

    def apply_item(self, turn: Turn) -> Reply:
        """Begin the application for one of the list (“申请第2项”)."""
        return self.begin(turn, APPLY, "", {"card": self.talking.wants_to_apply(turn), "said": ""})

    def _ask_anew(self, turn: Turn, trait: Trait) -> Reply:
        told = turn.memory.recent.get(RECENT) or {}
        if turn.speaker.role == Role.ENTERPRISE:
            told = {**told, "enterprise": turn.speaker.enterprise_id}
        enterprise = str(told.get("enterprise") or "")
        return self.begin(turn, INTENT, "", {"again": trait.id, "enterprise": enterprise})

    def _titled(self, title: str) -> Trait | None:
        """Return the trait of a title that may be asked for; “打算” is enough for 近期打算."""
        asked = (one for one in self.calculator.content.traits if one.asked != "never")
        return next((one for one in asked if title == one.title or one.title.endswith(title)), None)


def _newly_met(before: list[Match], after: list[Match]) -> list[str]:
    had = {one.fact.card.id for one in before if one.outcome is Outcome.MET}
    return [one.fact.card.title for one in after if one.outcome is Outcome.MET and one.fact.card.id not in had]


def register(router: Router, calculator: Calculator, begin: Begin) -> None:
    """Register match_policy, the buttons under its result, and news of an enterprise."""
    talking = Talking(calculator)
    updating = Updating(calculator, talking, News(calculator), begin)
    form = traits_form(calculator.content)
    router.form(INTENT, form, title="对一对能享受的政策", resolve=talking.resolve, gathers=2)(talking.finish)
    for intent, handle in (
        (UPDATE, updating.update),
        (CHANGE, updating.change),
        (ASK_ONE, updating.ask_named),
        (WHY, talking.why),
        (ALL, talking.everything),
        (SHOW, talking.show),
        (PRINT, talking.print),
        (ITEM, talking.item),
        (APPLY_ITEM, updating.apply_item),
    ):
        router.on(intent)(handle)
    router.readings.append(updating.means)
    router.press("match_all")(talking.everything)
    router.press("match_why")(talking.why)
    router.press("match_show")(talking.show)
    router.press("profile_change")(updating.change)
    router.press("profile_ask")(updating.ask_one)
