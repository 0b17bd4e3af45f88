"""核验检查 by chat: is this visit filed, is it for us, is it for today; and if not, what one may do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.forms import Ask, from_slot, question
from zhiqibot.dialogue.short_answers import short_answer
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.inspections.ending import answered
from zhiqibot.topics.inspections.model import InspectionFiling
from zhiqibot.topics.inspections.readers import (
    LONGEST_NOTE,
    SHORTEST_NOTE,
    WITHOUT,
    day_said,
    record_said,
    same_agency,
    story,
    wish_to_report,
    without_number,
)
from zhiqibot.topics.inspections.service import InspectionService, record_key

RIGHTS = (
    "没有备案的检查，您可以请对方先到助企办备案，礼貌谢绝入厂；也可以记下来人的单位、姓名和证件号。"
    "对方称是处置突发事故等紧急情况的，请先配合，同时告诉我。"
)
BASIS = (
    "按方助企联席办〔2022〕4号第（八）2条：执法要规范公正，重复检查、多头检查一律不许；"
    "实行企业宁静日；县效能中心、县纪委监委都受理举报。"
)

_ONLY_REPORTS = re.compile(r"我?们?[想要]?(?:举报|投诉)|未备案|没备案|(?:这次|一次)?检查|情况不符|[，,。！! ]")
_ANOTHER_VISIT = re.compile(
    r"又(?:来|有)|再来了?[一两几]?[拨批伙]|另(?:外)?(?:来了?)?[一两][拨批伙]|第[二三四五][拨批伙]"
)


@dataclass(frozen=True)
class Inspection:
    """A visit to be verified, or reported."""

    record_no: str = question(
        "请把备案号发给我。", read=record_said, label="备案号", default="", example="JC20261123-02"
    )
    agency: str = question("", read=from_slot("agency"), label="来人单位", default="")
    day: str = question("", read=day_said, label="检查日期", default="")
    without: str = question("", read=without_number, label="没有备案号", default="")
    report: str = question("要举报这次检查吗？", read=wish_to_report, label="举报", default="")
    note: str = question("请说说经过。", read=story, label="情况", default="", free_text=True)


@dataclass(frozen=True)
class Verifying:
    """The handlers of verify_inspection."""

    inspections: InspectionService

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Verify the number; go on to a report only when the person wants one."""
        values.setdefault("note", turn.text.strip()[:LONGEST_NOTE])
        if values.get("record_no") == "none":
            values |= {"record_no": "", "without": "yes", "note": _told_too(values["note"], turn.text.strip())}
        if values.pop("asked_number", False) and short_answer(turn.text) == "skip":  # “没有”
            values["without"] = "yes"
        wish = values.get("report")
        if wish != "yes" and (_ANOTHER_VISIT.search(turn.text) or self._another_agency(turn, values)):
            self._begin_anew(turn, values)
        if wish == "yes":
            return self._before_report(turn, values)
        if wish == "no":
            return answered(turn, say(f"好的，没有举报。{RIGHTS}以后需要，随时说“举报未备案检查”。"))
        said = str(values.get("record_no") or "")
        if said:
            return self._verify(turn, values, said)
        if values.get("without"):
            return self._offer(turn, "没有备案号，就核验不了这次检查。")
        return self._ask_number(turn, values)

    def confirm(self, turn: Turn, visit: Inspection) -> OutboundMessage:
        fields = [
            ("企业", turn.speaker.enterprise_name),
            ("来人单位", visit.agency or "未说明"),
            ("出示的备案号", visit.record_no or "没有"),
            ("情况", visit.note),
        ]
        buttons = [button("确认举报", "yes", primary=True), button("修改", "no"), button("取消", "cancel", danger=True)]
        text = "请确认举报内容。只有助企办和纪检监督人员看得到，不会转给被反映的单位："
        return say(text, card=card("未备案检查举报", fields), buttons=buttons)

    def finish(self, turn: Turn, visit: Inspection) -> Reply:
        """File the report."""
        stored = self.inspections.report(
            turn.session, turn.speaker, visit.agency, visit.note, visit.record_no, turn.now
        )
        return say(
            f"已收到举报，保密编号 {stored.number}，助企办和纪检监督人员已接到通知，会尽快核实并联系您。"
            "来人如果还在现场，可以请他们先补办备案；需要马上找人，发“转人工”。"
        )

    def _begin_anew(self, turn: Turn, values: dict[str, Any]) -> None:
        """“又来一拨”: what was said of the visit before must not be told of this one."""
        said = record_key(turn.text)
        for name in ("record_no", "agency"):
            if record_key(str(values.get(name) or "")) not in said:
                values[name] = ""
        values["note"] = turn.text.strip()[:LONGEST_NOTE]
        values["without"] = "yes" if WITHOUT.search(turn.text) else ""

    # -- the number ---------------------------------------------------------------------------------------------

    def _another_agency(self, turn: Turn, values: dict[str, Any]) -> bool:
        """Tell whether, after a number was looked up, the visit of somebody else is asked about."""
        agency, before = str(values.get("agency") or ""), str(values.get("asked_agency") or "")
        looked_up, values["asked_agency"] = values.get("asked_agency") is not None, agency
        return looked_up and bool(agency) and agency != before and agency in turn.text

    def _verify(self, turn: Turn, values: dict[str, Any], said: str) -> Ask:
        filing = self.inspections.find(turn.session, said, turn.speaker.enterprise_id)
        if filing is None:
            near = self.inspections.near(turn.session, said, turn.speaker.enterprise_id or "")
            if near:
                return self._check_again(said, near)
            return self._offer(turn, f"备案号 {said} 没有查到，这次检查没有备案记录（请再核对一遍号码有没有抄错）。")
        day = _expected(turn, values)
        trouble = self._trouble(turn, filing, day)
        if not trouble:
            return answered(turn, self._good(turn, filing))
        return self._offer(turn, f"备案号 {filing.record_no} 查到了，但是{'；'.join(trouble)}，对不上这次检查。")

    def _check_again(self, said: str, near: Sequence[InspectionFiling]) -> Ask:
        """A number that is nearly right is misread far more often than forged: nobody is accused yet."""
        listed = "、".join(f"{one.record_no}（{one.subject}，{_short(one.day)}）" for one in near[:3])
        text = (
            f"备案号 {said} 没有查到。贵公司备过案、号码相近的有：{listed}。请对照对方的备案单核一下，把正确的号码再发给我。"
            f"\n号码确实没有抄错的话，这次检查没有备案记录：{RIGHTS}"
        )
        buttons = [button("举报未备案检查", "set:report=yes"), button("先不举报", "set:report=no")]
        return Ask("report", say(text, buttons=buttons))

    def _trouble(self, turn: Turn, filing: InspectionFiling, day: date) -> list[str]:
        """What of a filing does not fit the visit; another enterprise's name is not given away."""
        found = []
        bound = turn.speaker.role == Role.ENTERPRISE and turn.speaker.enterprise_id
        if bound and not _is_own(turn, filing):
            found.append("登记的不是贵公司")
        if filing.day != day:
            found.append(f"登记的检查日期是{_short(filing.day)}，不是{_day_name(turn, day)}")
        return found

    def _good(self, turn: Turn, filing: InspectionFiling) -> OutboundMessage:
        staff = turn.speaker.role != Role.ENTERPRISE
        fields = [
            ("备案号", filing.record_no),
            ("检查单位", filing.agency),
            ("检查事项", filing.subject),
            ("检查日期", _short(filing.day) + ("（今天）" if filing.day == local(turn.now).date() else "")),
            ("检查对象", filing.enterprise_name if staff or _is_own(turn, filing) else "绑定企业身份后可核对"),
        ]
        text = (
            "查到了，这次检查已经备案，情况如下。请核对来人的单位、证件和检查事项是否一致；"
            "超出备案事项的检查，可以请对方另行备案。"
        )
        return say(text, card=card("入企检查备案", fields), buttons=[button("情况不符，要举报", "do:report_unfiled")])

    def _ask_number(self, turn: Turn, values: dict[str, Any]) -> Ask:
        """No number yet: say what is filed for today, what rights there are, and ask for it."""
        day = _expected(turn, values)
        name = _day_name(turn, day)
        filed = self.inspections.planned(turn.session, turn.speaker.enterprise_id or "", day)
        agency = str(values.get("agency") or "")
        theirs = [one for one in filed if agency and same_agency(agency, one.agency)]
        lines = []
        if turn.speaker.enterprise_id:
            listed = "；".join(f"{one.agency}（{one.subject}，{one.record_no}）" for one in theirs or filed)
            if agency and not theirs:
                also = f"（{name}备过案的有：{listed}。）" if filed else ""
                lines.append(f"{name}没有查到{agency}对贵公司的检查备案。{also}")
            else:
                lines.append(
                    f"{name}对贵公司备过案的检查有：{listed}。" if filed else f"{name}没有查到对贵公司的检查备案。"
                )
        if self.inspections.quiet_days.covers(day):
            lines.append(f"{name}是企业宁静日。")
        lines += [RIGHTS, BASIS, f"请让{agency or '来人'}出示备案号，发给我马上核验。"]
        buttons = [button("没有备案号", "set:without=yes"), button("举报未备案检查", "set:report=yes", danger=True)]
        values["asked_number"] = True
        return Ask("record_no", say("\n".join(lines), buttons=buttons))

    # -- the report ---------------------------------------------------------------------------------------------

    def _offer(self, turn: Turn, lead: str) -> Ask:
        text = f"{lead}\n{RIGHTS}\n{BASIS}\n要把这次检查作为“未备案检查”举报吗？举报保密，对方单位看不到。"
        buttons = [
            button("举报未备案检查", "set:report=yes", primary=True),
            button("先不举报", "set:report=no"),
        ]
        return Ask("report", say(text.strip(), buttons=buttons))

    def _before_report(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Only an enterprise reports, and it says what happened."""
        speaker = turn.speaker
        if speaker.role == Role.ENTERPRISE and not speaker.bound:
            raise Conflict(reason="举报前需要先绑定企业身份（只需一次），请发“绑定企业”。举报内容保密。")
        if speaker.role != Role.ENTERPRISE or speaker.enterprise_id is None:
            raise Conflict(reason="未备案检查由企业联系人举报。您可以请企业直接发给我，或者联系助企办登记。")
        if len(_ONLY_REPORTS.sub("", values["note"])) < SHORTEST_NOTE:
            return Ask("note", say("请说说经过：什么时间、哪个单位、来了几个人、做了什么。"))
        return None


def _told_too(note: str, text: str) -> str:
    """Return what was told of the visit with one sentence more; a bare “没有” adds nothing."""
    return note if text in note or len(text) < SHORTEST_NOTE - 1 else f"{note}；{text}"[:LONGEST_NOTE]


def _is_own(turn: Turn, filing: InspectionFiling) -> bool:
    """Tell whether a filing is for the speaker's enterprise; one the directory does not know is known by its name."""
    speaker = turn.speaker
    if speaker.enterprise_id is None:
        return False
    if filing.enterprise_id is None:
        return filing.enterprise_name == speaker.enterprise_name
    return filing.enterprise_id == speaker.enterprise_id


def _expected(turn: Turn, values: dict[str, Any]) -> date:
    """Return the day of the visit: the one the person named, or today."""
    said = str(values.get("day") or "")
    return date.fromisoformat(said) if said else local(turn.now).date()


def _day_name(turn: Turn, day: date) -> str:
    return "今天" if day == local(turn.now).date() else _short(day)


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"
