"""评价 by chat: a score for what was done; asked for by buttons where the tone and the score disagree, put right if wrong."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zhiqibot.core.errors import Conflict
from zhiqibot.dialogue.forms import Ask, Hearing, from_slot, question
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.tickets import notices, pointing
from zhiqibot.topics.tickets.choosing import SHOWN, Choosing, number_said
from zhiqibot.topics.tickets.model import OPEN, Status, Ticket
from zhiqibot.topics.tickets.scoring import BAD_SCORE as BAD
from zhiqibot.topics.tickets.scoring import Scoring
from zhiqibot.topics.tickets.several import Deed, Together

LONGEST_REMARK = 60
EXPECTS_MORE = timedelta(minutes=30)
"""How long after a bad rating whatever is said goes to the ticket, and a wrong score can be put right."""
SCORES = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
MORE = "more"
RATED = "rated"
"""Keys of `memory.recent`: where what is said next goes, and the rating that can still be put right."""
_PLAIN_SCORE = re.compile(r"[1-5一二三四五两]\s*(?:分|颗?星)|[1-5]")
_ONLY_SCORE = re.compile(r"(?:打|给|评)?([1-5一二三四五两])(?:分|颗?星)[吧]?")
_BLAMES = re.compile(
    r"屁|个鬼|个头|坑|骗|糊弄|敷衍|拖|慢|差|气人|没[修办弄解处来人]|未解决|还是[停坏没不]|根本|不咋|呵呵|才怪|反话"
)
_PRAISES = re.compile(r"谢|辛苦|不错|挺好|给力|点赞|及时|很快|解决了|好评|不是不满|没有?不满|还行|可以了")
_TWICE_NOT = re.compile(r"(?:不是|没有?|谈不上|也不算|不算|并非)(?:很|太|特别)?(?:不满意|差评|满意)")
_RE_RATES = re.compile(r"改[成为]?|[打评点按选说]错|手滑|不对|应该是|误[评点]|不是这个分|重新评")
_CONTESTS = re.compile(
    r"(?:没|还没|未|根本没|压根没).{0,3}(?:办|修|弄|解决|处理)(?:好|完|妥)?.{0,6}(?:结|销|关|完)了?|不认(?:可|账)?(?:[吧的。！!]|$)|凭啥(?:就)?办?结|谁说(?:办|解决|修)好"
    rf"|{pointing.AGAIN}"
)

_REMARKS = re.compile(
    r"(?:师傅|人员|同志|领导|干部|小[伙哥姐]|电工|你们|他们|人家|态度|服务|速度|效率|来得|办[得的]|干[得的]|修[得的]|处理[得的]).{0,10}"
    r"(?:快|好|周到|热情|耐心|负责|专业|高|麻利|利索|到位|认真|细致|给力|可以|不错|赞|慢|凑合|一般|差点|辛苦)"
    r"|^(?:补充)?(?:评语|评价)[：:，, ]?(?:是|写|就写)?.{2,}|加?一?句(?:评语|评价)"
)
_NO_REMARK = re.compile(rf"[？?吗呢]|{pointing.AGAIN}|没[有]?[电水气网]|希望|能不能|可以不|帮|咋|怎么|啥")
"""A question, a wish or a new fault is more than a remark."""


def score_said(hearing: Hearing) -> int | None:
    """Read a score of 1 to 5."""
    score = hearing.slots.get("score")
    named = _ONLY_SCORE.fullmatch(hearing.text.strip(" ，,。！!"))
    if score is None and named:
        score = "一二三四五".find({"两": "二"}.get(named[1], named[1])) + 1 or named[1]
    if score is None and hearing.asked and hearing.text.strip(" 分星。") in {"1", "2", "3", "4", "5"}:
        score = int(hearing.text.strip(" 分星。"))
    return score_of(score)


def ticket_said(hearing: Hearing) -> str | None:
    """Read which ticket; an answer that is a score points at none."""
    scores = score_said(hearing) and not re.search(r"[号那第]", hearing.text) and not hearing.text.strip().isdigit()
    return None if hearing.asked and scores and not hearing.slots.get("ticket_no") else number_said(hearing)


def disagrees(text: str, score: int) -> bool:
    """Tell whether the tone of a rating in words speaks against its score: “满意个屁”, “不是不满意，就是慢”."""
    if _PLAIN_SCORE.search(text):
        return False
    if _TWICE_NOT.search(text):
        return True
    return bool((_BLAMES if score > BAD + 1 else _PRAISES).search(text)) if score != BAD + 1 else False


@dataclass(frozen=True)
class Rating:
    """评价办理结果."""

    ticket: str = question("", read=ticket_said, label="编号", default=None)
    score: int = question("请打 1 到 5 分（1–2 分会重新办理）。", read=score_said, label="评分", default=None)
    comment: str = question("", read=from_slot("comment"), label="评语", default="")


@dataclass(frozen=True)
class Verdicts:
    """The handlers of the enterprise's verdict."""

    scoring: Scoring
    choosing: Choosing

    def ask_score(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the ticket, then ask for the score if it was not said, or not in earnest."""
        if not values.get("ticket") and _RE_RATES.search(turn.text):
            values["ticket"] = self._to_correct(turn)
        rateable = [Status.RESOLVED] if not values.get("ticket") else []
        if rateable and not self.choosing.candidates(turn, rateable):
            self._still_open(turn)
        ask = self.choosing.one(turn, values, "评价", rateable)
        score = values["score"] = score_of(values.get("score"))
        doubted = score and disagrees(turn.text, score) and turn.open_form.asked != "score"
        if ask or (score and not doubted):
            return ask
        values["score"] = None
        number = values["ticket"]
        lead = "您的话我不敢随便归成几分，请您亲自选。" if doubted else ""
        lead = lead or ("还没解决的话，打 1–2 分就会重新办理。" if _CONTESTS.search(turn.text) else "")
        buttons = [button(label, f"set:score={one}") for one, label in SCORES.items()]
        return Ask("score", say(f"{lead}请给 {number} 的办理结果打个分（1–5 分）：", buttons=buttons))

    def rate(self, turn: Turn, form: Rating) -> Reply:
        """Record the score and say what follows from it."""
        ticket = self.choosing.by_number(turn, form.ticket)
        comment = "" if _RE_RATES.search(form.comment or "") else form.comment or ""
        corrects = ticket.number in self._rated(turn)
        self.scoring.rate(turn.session, turn.speaker, ticket, form.score, comment, turn.now, corrects=corrects)
        until = (turn.now + EXPECTS_MORE).isoformat()
        turn.memory.recent[RATED] = {**self._rated(turn), ticket.number: until}
        given = f"{form.score} 分（{SCORES[form.score]}）" + (f"，评语“{comment}”" if comment else "")
        word = "更正为" if corrects else "记为"
        if form.score <= BAD:
            turn.memory.recent[MORE] = {"ticket": ticket.number, "until": until, "only_corrections": False}
            return say(
                f"您对 {ticket.number} 的评价已{word} {given}。很抱歉没办好，已转为重新办理，"
                f"整改期限 {notices.day(ticket.due_on)}，承办单位和包联干部都会收到。\n"
                "具体哪里不满意，可以接着发给我，我补充进去；分打错了，半小时内说“改成……分”就行。",
                buttons=[button("补充情况", "intent:add_to_ticket")],
            )
        turn.memory.recent.pop(MORE, None)
        text = f"感谢评价！{ticket.number}（{notices.title(ticket)}）{word} {given}，已销号。"
        return say(f"{text}分打错了，半小时内说“改成……分”就行；问题再出现，随时告诉我。")

    def remarked(self, turn: Turn) -> Reply | None:
        """Take “师傅来得快，态度也好”, said soon after a good rating, as the 评语 of that rating."""
        said, number = turn.text.strip(), next(reversed(self._rated(turn)), None)
        remarks = _REMARKS.search(said) and not _NO_REMARK.search(said) and len(said) <= LONGEST_REMARK
        if turn.memory.form or not number or turn.slots.get("score") or not remarks:
            return None
        ticket = self.choosing.by_number(turn, number)
        if ticket.status != Status.CLOSED:
            return None  # a bad rating: what is said goes into the work that goes on
        self.scoring.comment(turn.session, turn.speaker, ticket, said, turn.now)
        return say(f"谢谢，您的评语已经记在 {number}（{notices.title(ticket)}）名下，办理的同志会看到。")

    def pressed(self, turn: Turn) -> Reply:
        """Take a score pressed under the notice that asked for it."""
        number, _, score = turn.argument.partition("=")
        ticket = self.choosing.by_number(turn, number)
        return self.rate(turn, Rating(ticket=ticket.number, score=score_of(score) or 4))

    def rates_again(self, turn: Turn) -> str | None:
        """“打错了，是5分”, soon after a rating, puts it right."""
        said = turn.slots.get("score") or _PLAIN_SCORE.search(turn.text)
        return "rate_ticket" if said and _RE_RATES.search(turn.text) and self._rated(turn) else None

    def of_staff(self, turn: Turn) -> str | None:
        """“有人评价没”, asked by staff, asks where the ticket stands: the score is the enterprise's."""
        asked = turn.act.intent == "rate_ticket" and turn.speaker.role != Role.ENTERPRISE
        return "ticket_status" if asked and not turn.slots.get("score") else None

    def contests(self, turn: Turn) -> str | None:
        """“没办好就给我结了？” of a ticket that waits for its rating asks for one."""
        if not _CONTESTS.search(turn.text):
            return None
        return "rate_ticket" if self.choosing.candidates(turn, [Status.RESOLVED]) else None

    # -- helpers ------------------------------------------------------------------------------------------------

    def _rated(self, turn: Turn) -> dict[str, str]:
        """Return the ratings that can still be put right: number -> until when."""
        rated = dict(turn.memory.recent.get(RATED) or {})
        return {number: until for number, until in rated.items() if datetime.fromisoformat(until) >= turn.now}

    def _to_correct(self, turn: Turn) -> str | None:
        """Return the ticket whose score is put right: the one pointed at, else the one rated last."""
        rated = list(self._rated(turn))
        place = pointing.by_place(turn.text, turn.memory.recent.get(SHOWN) or [])
        return place if place in rated else rated[-1] if rated else None

    def _still_open(self, turn: Turn) -> None:
        """Say of the open ticket that is praised that it has not been resolved on paper yet."""
        found = self.choosing.candidates(turn, sorted(OPEN))
        ticket = pointing.by_word(turn.text, found) or (found[0] if len(found) == 1 else None)
        recent = turn.memory.recent
        if ticket is None or recent.get(RATED) or recent.get("ticket") not in (None, ticket.number):
            return
        recent["ticket"] = ticket.number
        raise Conflict(
            reason=f"{ticket.number}（{notices.title(ticket)}）目前是“{notices.status_label(ticket)}”，承办单位还没有标办结，"
            f"办结后才能评价。要是已经解决、不用再办，可以说“撤回 {ticket.number}”；也可以说“补充”，我把情况转告承办单位。"
        )


def score_of(said: object) -> int | None:
    """Read the score of a pressed button: its value comes from outside."""
    return next((score for score in SCORES if str(score) == str(said)), None)


def register(router: Router, verdicts: Verdicts, together: Together) -> None:
    """Register 评价."""
    router.form("rate_ticket", Rating, title="评价办理结果", resolve=verdicts.ask_score, needs_identity=True)(
        verdicts.rate
    )
    router.press("rate")(verdicts.pressed)
    router.commands.append(verdicts.remarked)
    router.readings += [verdicts.rates_again, verdicts.of_staff, verdicts.contests]
    together.deeds["rate_ticket"] = _deed(verdicts.rate)


def _deed(rate: Callable[[Turn, Rating], Reply]) -> Deed:
    def do(turn: Turn, ticket: Ticket, detail: str) -> None:
        rate(turn, Rating(ticket=ticket.number, score=score_of(detail) or 0))

    return Deed(
        verb="评价",
        statuses=[Status.RESOLVED],
        do=do,
        read=lambda turn, text, slots: str(score_said(Hearing(text, slots, turn.now, turn.speaker, asked=True)) or ""),
        ask="请打个分（1–5 分），各件一样的话说一次就行：",
        show=lambda turn, detail: f"{detail} 分（{SCORES[int(detail)]}）",
    )
