"""What handlers say that is no command, though it sounds like one: “还没办完别办结”, “刚才点错了”, “明天能弄好”."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhiqibot.core.errors import PersonError
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.tickets import notices, pointing
from zhiqibot.topics.tickets.choosing import Choosing
from zhiqibot.topics.tickets.handling import Handling
from zhiqibot.topics.tickets.model import Ticket
from zhiqibot.topics.tickets.working import RESOLVED, TO_HANDLE

SHORT = 18
"""Characters up to which “还没办完” says nothing else worth the enterprise's while."""
_NOT_DONE = re.compile(
    r"(?:还?没有?|尚?未|不能|没法|无法|先?别|不要|先不要?|甭|莫)(?:给我|给它|先|再|急着)?(?:点|标|算)?(?:办|弄|修|解决|处理|搞|整|完|结)|"
    r"(?:办|弄|修|解决|搞|整)不(?:了|成|完|好)|办结不了"
)
_CLOSES = re.compile(r"(?:按|予以|申请|请予?|提交|可以|建议|同意)[^，,。]{0,4}(?:办结|结案|销号|关单)")
_SLIP = re.compile(
    r"(?:撤回|撤销|取消|收回|恢复|退回来|撤回来).{0,8}(?:办结)?|[点按说弄搞]错|误[点办]|手滑|不对|(?:还|根本)?没(?:有)?(?:办|弄|修|解决|处理)(?:完|好|结)|别办结"
)
_NAMES_IT = re.compile(r"(?:撤回|撤销|取消|收回).{0,16}办结|办结.{0,8}(?:撤回|撤销|取消|收回|点错|错了)")
_EXTENDS = re.compile(r"延|宽|缓|推迟|顺延|多给|来不及|赶不上|期限|时限|晚[几一两点些交办]|展期|再给")
_OTHER_THINGS = frozenset(
    {"report_issue", "out_of_scope", "ask_policy", "add_to_ticket", "verify_inspection", "list_events"}
)
_OFFICE_ONLY = {
    "supervise_ticket": re.compile(r"督办|挂牌"),
    "report_stats": re.compile(r"^(?:给我|帮我)?(?:统计|台账|报表)|统计一下"),
    "create_event": re.compile(r"(?:新建|新增|加开|开设).{0,2}[一1]?场"),
    "assign_ticket": re.compile(r"^(?:把.{0,20})?交办给"),
}
_PASSES_ON = re.compile(
    r"^(?:把.{0,16})?(?:转给|转交给?|改交给?|交办给)[\u4e00-\u9fff]{2,14}(?:局|委|办|公司|中心|银行)[吧。]*$"
)


@dataclass(frozen=True)
class Unfinished:
    """Takes such sentences before they are read as commands."""

    handling: Handling
    choosing: Choosing

    def leaves_open(self, turn: Turn) -> Reply | None:
        """“还没办完别办结”, “没办”, “办不了” resolve nothing, and close the form that would."""
        form = turn.memory.form
        resolving = (form and form.intent == "resolve_ticket") or (form is None and turn.act.intent == "resolve_ticket")
        if turn.speaker.role == Role.ENTERPRISE or not resolving or len(turn.text) > SHORT or not _denies(turn.text):
            return None
        if self._slipped(turn):
            return None
        number = form.values.get("ticket") if form else None
        turn.memory.form = None
        ticket = self._meant(turn, number)
        which = (
            f"{ticket.number}（{notices.title(ticket)}）没有办结，目前{notices.status_label(ticket)}，期限 {notices.day(ticket.due_on)}"
            if ticket
            else "没有办结任何诉求"
        )
        buttons = [
            button("反馈进展", "intent:progress_update", primary=True),
            button("申请延期", "intent:request_extension"),
            button("退回", "intent:transfer_ticket"),
        ]
        return say(f"好的，{which}。办到哪一步了可以反馈进展；来不及就申请延期，不归本单位管就退回。", buttons=buttons)

    def takes_back(self, turn: Turn) -> Reply | None:
        """“不对，还没办完，撤回来” right after 办结 puts the ticket back to work."""
        if turn.memory.form or turn.speaker.role == Role.ENTERPRISE:
            return None
        named = _NAMES_IT.search(turn.text)
        if not named and not (self._slipped(turn) and _SLIP.search(turn.text)):
            return None
        said = pointing.numbers(turn.text)
        number = (
            said[0][0]
            if said
            else str(turn.memory.recent.get(RESOLVED, {}).get("ticket") or turn.memory.recent.get("ticket") or "")
        )
        if not number:
            return say("要撤回哪一件的办结？请带上编号，例如：撤回 0003 的办结。")
        ticket = self.choosing.by_number(turn, number)
        self.handling.unresolve(turn.session, turn.speaker, ticket, turn.now)
        turn.memory.recent.pop(RESOLVED, None)
        return say(
            f"已撤回 {ticket.number}（{notices.title(ticket)}）的办结，恢复为{notices.status_label(ticket)}，企业已收到说明。"
            f"期限 {notices.day(ticket.due_on)}。",
            buttons=[button("反馈进展", "intent:progress_update", primary=True)],
        )

    def means(self, turn: Turn) -> str | None:
        """Return what a handler's sentence is instead of what it sounds like."""
        if turn.speaker.role == Role.ENTERPRISE:
            return "assign_ticket" if _PASSES_ON.search(turn.text.strip()) else None
        intent = turn.act.intent
        if intent == "resolve_ticket" and _denies(turn.text):
            return "progress_update"
        if intent == "request_extension" and not _EXTENDS.search(turn.text):
            return "progress_update"
        if turn.speaker.role != Role.CADRE:
            return None
        reserved = next((meant for meant, said in _OFFICE_ONLY.items() if said.search(turn.text)), None)
        if reserved:
            return reserved
        points = intent in _OTHER_THINGS and pointing.points_by_word(
            turn.text, self.choosing.candidates(turn, TO_HANDLE)
        )
        return "progress_update" if points else None

    # -- helpers ------------------------------------------------------------------------------------------------

    def _slipped(self, turn: Turn) -> bool:
        slip = turn.memory.recent.get(RESOLVED)
        return bool(slip and datetime.fromisoformat(slip["until"]) >= turn.now)

    def _meant(self, turn: Turn, number: str | None) -> Ticket | None:
        values: dict[str, Any] = {"ticket": number or turn.slots.get("ticket_no")}
        try:
            asked = self.choosing.one(turn, values, "办结", TO_HANDLE)
            return None if asked else self.choosing.by_number(turn, values["ticket"])
        except PersonError:
            return None


def _denies(text: str) -> bool:
    return bool(_NOT_DONE.search(text)) and not _CLOSES.search(text)


def register(router: Router, unfinished: Unfinished) -> None:
    """Register what is asked before a sentence is taken for a command."""
    router.commands += [unfinished.takes_back, unfinished.leaves_open]
    router.readings.insert(0, unfinished.means)
