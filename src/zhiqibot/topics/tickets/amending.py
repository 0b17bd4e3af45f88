"""The report on the table put right in plain words: “把问题改成……”, “类别改成……”, “先别交”; commands never become its text."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from zhiqibot.dialogue.filling import CONFIRM_BUTTONS
from zhiqibot.dialogue.turn import OpenForm, Reply, Turn, say
from zhiqibot.directory.model import Role

SHORT = 16
_NEW_STORY = re.compile(
    r"^(?:请|帮我)?(?:把)?(?:问题|内容|描述|情况|正文|诉求)(?:描述|内容|情况)?(?:改一?下?[成为]?|换成|写成|就写|更正为)[：:，,“ ]*(?P<new>.{3,}?)[”。]*$",
    re.DOTALL,
)
_REWRITES = re.compile(
    r"^(?:我?(?:要|想|得)?)?(?:把)?(?:问题|内容|描述|情况|正文)(?:描述|内容)?(?:要|得|再)?(?:改一?下?|重新?写|重新?说|换一?下?)[吧啊。]*$|^(?:重写|我重新?说|重说)[吧。]*$"
)
_NEW_TOPIC = re.compile(
    r"^(?:把)?(?:类别|分类|类型)(?:不对)?[，, ]*(?:改一?下?[成为]?|换成|应该是|是|选)[：:，, ]*(?P<new>[^，,。]{2,14}?)[吧啊。]*$"
)
_WAITS = re.compile(
    r"先别|等会|等等|等一下|等一会|别急着|慢着|我(?:先|再)?(?:问问|问一下|想想|看看|商量|核实|确认一下)"
)
_NOT_URGENT = re.compile(r"^(?:也?(?:不|没那么|不是很|不算)(?:紧急|着急|急))[的。，,]*$")
_ANOTHER_FIRM = re.compile(r"^(?:把)?(?:企业|公司|单位)(?:改成|改为|换成|应该是)")
_NO_WORDS = re.compile(r"^(?:我?(?:也)?(?:不知道|不会|不晓得))(?:该)?(?:咋|怎么?样?)(?:说|写|讲|开口)")
_COMPLAINS = re.compile(r"^(?:我|俺|我们)?(?:还|也)?(?:要|想)?(?:投诉|举报)")
_OF_WHOM = 7
"""Characters from which a complaint says whom it is about."""
_GRIPES = re.compile(
    r"^.{0,6}(?:行不行|中不中|可不可以|成不成|能不能快|快点吧?$)|看着(?:写|办|填|弄)|测试|别当真|闹着玩|给句话|^(?:可以|行|对|好|中)吧?[?？]$"
)


def is_no_story(text: str) -> bool:
    """Tell whether a short sentence is about the form or the product, and tells nothing of the matter."""
    return len(text) <= SHORT and bool(_GRIPES.search(text.strip()))


def complains(text: str) -> bool:
    """Tell whether a sentence says outright that it is a complaint about somebody."""
    return bool(_COMPLAINS.match(text.strip()))


@dataclass(frozen=True)
class Amending:
    """Takes such sentences before the form reads them."""

    topic_titles: dict[str, str]
    topic_of: Callable[[str], tuple[str, float]]
    confides: Callable[[str], bool]
    """Tells whether a report sounds like a complaint about officials."""
    shown: Callable[[Turn], Reply]
    """Shows the report again as it now stands, or asks what is missing."""

    def aside(self, turn: Turn) -> Reply | None:
        """Change what is to be changed and show the whole; None for what the form reads by itself."""
        form, said = turn.open_form, turn.text.strip()
        if form.asked == "description" and _NO_WORDS.match(said):
            text = "不用讲究，一句话就行：在哪里、出了什么事、从什么时候开始。比如“三号车间从昨天起没水”。照片、语音也可以直接发。"
            return say(text)
        if form.asked or not form.values.get("description"):
            return None
        complaint = self._complaint(turn, form, said)
        return (
            complaint
            or self._new_text(turn, form, said)
            or self._new_topic(turn, form, said)
            or self._other(turn, form, said)
        )

    def _new_text(self, turn: Turn, form: OpenForm, said: str) -> Reply | None:
        written = _NEW_STORY.match(said)
        if written:
            form.values["description"] = written["new"].strip()
            form.values["topic"], form.values["urgent"] = "", False
            return self.shown(turn)
        if not _REWRITES.match(said):
            return None
        form.asked = "description"
        return say(f"好的，请把问题重新说一遍，我按新的写。原来写的是：{form.values['description']}")

    def _complaint(self, turn: Turn, form: OpenForm, said: str) -> Reply | None:
        """A complaint about somebody is no part of the report on the table, which goes to those it may be about."""
        if not complains(said) or self.confides(form.values["description"]):
            return None
        if len(said) < _OF_WHOM:
            return say(
                "投诉工作人员走保密通道，单独登记，被投诉的单位看不到。请说一句投诉谁、什么事；手上这件没问题的话回复“确认”。",
                buttons=CONFIRM_BUTTONS,
            )
        if not self.confides(said):
            return None
        turn.memory.queue.append({"text": said, "intent": "report_issue", "slots": {"description": said}})
        return say(
            "投诉的事我记着，接着走保密通道单独登记，被投诉的单位看不到。先把手上这件定下来：没问题请回复“确认”。",
            buttons=CONFIRM_BUTTONS,
        )

    def _new_topic(self, turn: Turn, form: OpenForm, said: str) -> Reply | None:
        wanted = _NEW_TOPIC.match(said)
        if wanted is None:
            return None
        name = wanted["new"].strip("“”")
        named = [topic for topic, title in self.topic_titles.items() if name in title or title in name]
        topic = named[0] if len(named) == 1 else self.topic_of(name)[0]
        if topic == "other" and name not in self.topic_titles["other"]:
            return say(f"没有“{name}”这一类。可以选：{'、'.join(self.topic_titles.values())}。")
        form.values["topic"] = topic
        return self.shown(turn)

    def _other(self, turn: Turn, form: OpenForm, said: str) -> Reply | None:
        if _ANOTHER_FIRM.match(said) and turn.speaker.role == Role.ENTERPRISE:
            return say(
                "这里只能登记贵公司自己的诉求；别家的请他们自己发来，或者由包联干部代为登记。", buttons=CONFIRM_BUTTONS
            )
        if _NOT_URGENT.match(said):
            form.values["urgent"] = False
            return self.shown(turn)
        if len(said) <= SHORT and _WAITS.search(said):
            return say(
                "好的，先不提交，内容给您留着。想好了回复“确认”，要改哪里直接说，不办了回复“取消”。",
                buttons=CONFIRM_BUTTONS,
            )
        return None
