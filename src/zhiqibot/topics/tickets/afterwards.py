"""What an enterprise says after it has reported: readings of short words that mean the ticket spoken of."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zhiqibot.core.errors import NotFound
from zhiqibot.core.numbers import find_ticket_numbers
from zhiqibot.dialogue.repair import find_correction, is_correction, nearest, without_correction_words
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.tickets import notices, pointing
from zhiqibot.topics.tickets.choosing import Choosing
from zhiqibot.topics.tickets.following import GOES_ON, OPEN_STATUSES, Addition, Following
from zhiqibot.topics.tickets.model import OPEN, Status, Ticket
from zhiqibot.topics.tickets.rating import MORE

MEANT = 5
"""Characters from which a sentence after filing can be an addition."""
SHORT = 12
LONGEST_QUESTION = 24
OF_TICKETS = frozenset({"report_issue", "ticket_status", "urge_ticket", "add_to_ticket"})
_FILES = frozenset({"report_issue", "apply_policy"})
_ADDS = re.compile(r"^(?:再|还要)?补充|[这那上]一?[件个条].{0,4}补充|补充(?:一下|一点|点|说明|情况|材料)")
_WHEN_DONE = re.compile(
    r"(?:多久|多长时间|啥时候|什么时候|几天|何时).{0,8}(?:弄好|办好|解决|修好|处理|来人|能好|有结果|回话|答复|办完|搞定|来[电水气]|恢复)|"
    r"(?:办|处理|弄)(?:的|得)?(?:咋样|怎么样|如何)|到哪(?:一)?步"
)
_TAKES_BACK = re.compile(r"算了|别|撤|取消|不(?:交|报|提交|要|办|弄|用|登记)|先不")
_WITHDRAWS = re.compile(r"^(?:那|就|算了|我|给我|帮我|把它|都?)*撤(?:回|销|掉|了)?(?:了|吧|啊|来|它)*[。！!]*$")
_LEAVES = re.compile(r"^(?:我|真的?|可|先|那就?|算了|还是|就)*(?:别|不|甭|莫|不要|不用)(?:给我)?(?:撤|催)(?:回|了|办)?")
_WHO = re.compile(
    r"(?:谁|哪个单位|哪家|哪个局|啥单位|哪个部门).{0,4}(?:在?管|办|负责|承办|处理|接)|(?:承办|经办|负责).{0,6}(?:电话|联系)"
)
_WHY_NOT_YET = re.compile(
    r"(?:为啥|为什么|咋|怎么|凭啥)(?:还|一直|都)?(?:没|不)(?:有)?(?:人)?(?:签收|接|办|动静|处理|回复|解决|管|动|来人|答复|进展|消息)|"
    r"(?:还|一直|都)(?:没|不见)(?:有)?(?:个)?(?:动静|消息|回音|进展|人管|人来|回复|下文|人影)"
)


@dataclass(frozen=True)
class Afterwards:
    """Each reading may say which request a sentence means; the engine asks them in turn."""

    following: Following
    choosing: Choosing
    route_of: Callable[[Turn, str], str]
    """Returns the id of the unit a description would go to."""
    confides: Callable[[str], bool]
    """Tells whether a sentence asks to be kept from those it is about."""

    def afterthought(self, turn: Turn) -> Reply | None:
        """Add what is said right after filing (a correction) or after a bad rating (anything) to that ticket."""
        more = turn.memory.recent.get(MORE)
        if not more or datetime.fromisoformat(more["until"]) < turn.now or len(turn.text) < MEANT:
            return None
        if more["only_corrections"] and not is_correction(turn.text):
            return None
        if is_correction(turn.text) and turn.slots.get("score"):  # a score put right, not a fact
            return None
        return self._filed_anew(turn, more["ticket"]) or self.following.add(
            turn, Addition(text=turn.text, ticket=more["ticket"])
        )

    def again(self, turn: Turn) -> Reply | None:
        """“又坏了” of what was closed is reported anew, in the words and under the topic of the old report."""
        if turn.memory.form or turn.speaker.role != Role.ENTERPRISE or not pointing.says_again(turn.text):
            return None
        if self.choosing.candidates(turn, [Status.RESOLVED, *OPEN_STATUSES]):
            return None  # still in hand: it is urged, added to, or rated
        closed = self.choosing.candidates(turn, [Status.CLOSED])
        ticket = self._spoken_of(turn) if self._spoken_of(turn) in closed else next(iter(closed), None)
        if ticket is None or ticket.confidential:
            return None
        told = f"{notices.title(ticket)}，{turn.text.strip('。！! ')}（{ticket.number} 销号后再次出现）"
        return self.following.begin(turn, "report_issue", told, {"description": told, "topic": ticket.topic})

    def bare_number(self, turn: Turn) -> str | None:
        """A number and nothing else asks where that ticket stands."""
        mentions = find_ticket_numbers(turn.text)
        rest = sum(mention.span[1] - mention.span[0] for mention in mentions)
        bare = bool(mentions) and len(turn.text.strip()) - rest <= 2
        return "ticket_status" if bare or re.fullmatch(r"0\d{3}", turn.text.strip()) else None

    def adds(self, turn: Turn) -> str | None:
        """“给这件补充一下，……” adds to the ticket spoken of, however much of a report follows."""
        known = turn.memory.recent.get("ticket") or find_ticket_numbers(turn.text)
        wanted = turn.act.intent in ("report_issue", "out_of_scope") and turn.speaker.role == Role.ENTERPRISE
        if turn.memory.intent == "add_to_ticket" and turn.memory.recent.get("ticket") and GOES_ON.match(turn.text):
            return "add_to_ticket"
        return "add_to_ticket" if known and wanted and _ADDS.search(turn.text) else None

    def takes_back(self, turn: Turn) -> str | None:
        """“算了先别交” right after filing, “撤了” of a ticket spoken of: its form asks before anything is withdrawn."""
        leaves = _LEAVES.match(turn.text.strip()) and "撤" in turn.text and len(turn.text) <= SHORT
        if leaves and turn.speaker.role == Role.ENTERPRISE:
            return "cancel"
        spoken_of = turn.memory.recent.get("ticket") and turn.speaker.role == Role.ENTERPRISE
        if spoken_of and _WITHDRAWS.match(turn.text.strip()):
            return "withdraw_ticket"
        said = turn.act.intent in ("cancel", "deny") and _TAKES_BACK.search(turn.text)
        return "withdraw_ticket" if spoken_of and turn.memory.intent in _FILES and said else None

    def leaves_alone(self, turn: Turn) -> Reply | None:
        """“别撤，我就问问” withdraws nothing."""
        form, said = turn.memory.form, turn.text.strip()
        if turn.speaker.role != Role.ENTERPRISE or (form and form.intent != "withdraw_ticket"):
            return None
        if not _LEAVES.match(said) or "？" in said or "?" in said or len(said) > LONGEST_QUESTION:
            return None
        ticket = self._spoken_of(turn)
        turn.memory.form = None
        if ticket and "撤" in said and ticket.status not in OPEN:
            text = f"{ticket.number}（{notices.title(ticket)}）已经是“{notices.status_label(ticket)}”了。还需要办的话，把问题再发我一次，马上重新登记。"
            return say(text)
        of_it = f"，{ticket.number}（{notices.title(ticket)}）照常办理" if ticket else ""
        buttons = [button("查看进度", f"do:ticket:{ticket.number}")] if ticket else []
        if "催" in said and turn.memory.intent == "urge_ticket":
            return say(f"好的，不再催了；刚才的提醒已经发给对方{of_it}。", buttons=buttons)
        return say(f"好的，什么都没有动{of_it}。", buttons=buttons)

    def reassures(self, turn: Turn) -> Reply | None:
        """“别让他知道是我说的”, right after a confidential report, is no second one."""
        ticket = self._spoken_of(turn) if turn.memory.form is None and self.confides(turn.text) else None
        if ticket is None or not ticket.confidential or len(turn.text) > LONGEST_QUESTION:
            return None
        return say(
            f"放心，{ticket.number} 走的是保密通道：只有纪检监督人员能看到，被反映的人、单位和包联干部都看不到，每次查阅都有记录。"
        )

    def asks_to_supervise(self, turn: Turn) -> str | None:
        """An enterprise that wants its ticket 督办 is pressing for it; the office decides about supervision."""
        return "urge_ticket" if turn.speaker.role == Role.ENTERPRISE and "督办" in turn.text else None

    def asks_about(self, turn: Turn) -> str | None:
        """“多久能弄好”, “那另一个呢”, “为啥还没签收”, “谁在管” ask about a ticket where there is one to ask about."""
        if turn.speaker.role != Role.ENTERPRISE or len(turn.text) > LONGEST_QUESTION:
            return None
        spoken_of = turn.memory.intent in OF_TICKETS and turn.memory.recent.get("ticket")
        other = pointing.says_other(turn.text) and len(turn.text) <= SHORT
        if spoken_of and turn.act.intent != "urge_ticket" and pointing.names_one(turn.text):
            return "ticket_status"
        if spoken_of and (_WHEN_DONE.search(turn.text) or (other and turn.act.intent not in OF_TICKETS)):
            return "ticket_status"
        asks = _WHO.search(turn.text) or _WHY_NOT_YET.search(turn.text)
        return "ticket_status" if asks and self.choosing.candidates(turn, OPEN_STATUSES) else None

    # -- helpers ------------------------------------------------------------------------------------------------

    def _spoken_of(self, turn: Turn) -> Ticket | None:
        number = turn.memory.recent.get("ticket")
        try:
            return self.choosing.by_number(turn, str(number)) if number else None
        except NotFound:
            return None

    def _filed_anew(self, turn: Turn, number: str) -> Reply | None:
        """“说错了，是停水” of what another unit has to handle: the report is made anew in the old one's place."""
        ticket = self.choosing.by_number(turn, number)
        if ticket.status not in OPEN or ticket.confidential:
            return None
        description = self.following.tickets.description(ticket)
        said = without_correction_words(re.sub(r"^(?:刚才|刚刚|我|上面|前面)+", "", turn.text.strip()))
        correction = find_correction(said) or nearest({"description": description}, said)
        if correction is None or not correction.old or correction.old not in description:
            return None
        meant = description.replace(correction.old, correction.new)
        if self.route_of(turn, meant) == ticket.unit_id:
            return None
        values: dict[str, Any] = {"description": meant, "replaces": number, "urgent": ticket.urgent}
        return self.following.begin(turn, "report_issue", meant, values)


def register(router: Router, afterwards: Afterwards) -> None:
    """Register the readings, in the order in which they are asked."""
    router.afterthought = afterwards.afterthought
    router.readings += [
        afterwards.bare_number,
        afterwards.takes_back,
        afterwards.adds,
        afterwards.asks_to_supervise,
        afterwards.asks_about,
    ]
    router.commands += [afterwards.again, afterwards.leaves_alone, afterwards.reassures]
