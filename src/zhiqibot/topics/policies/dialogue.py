"""Policy questions in a conversation: the answer, what may follow it, and the way to the responsible unit."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zhiqibot.content.policies import fold
from zhiqibot.core.messages import Button
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.learning.dialogue import Asking
from zhiqibot.topics.policies.model import Next, PolicyAnswer
from zhiqibot.topics.policies.ranking import knows_tier
from zhiqibot.topics.policies.standing import asks_validity
from zhiqibot.topics.policies.tiers import named_choices

OpenTicket = Callable[[Turn, str, str], Reply]
"""Starts a ticket with a description and a topic; the dialogue of tickets asks for the confirmation."""

ASK, RECENT = "ask_policy", "policy"
REMEMBERED_CHARS = 300
_WANTS_UNIT = re.compile(
    r"(?:帮我?|替我|给我|麻烦|那你|你)(?:去|们)?(?:问问?|咨询|转|登记|反映|提交|联系)|问(?:一下|问)?(?:责任|承办|主管|有关)?(?:部门|单位)|转给?(?:责任|承办|有关)?(?:部门|单位)"
)
_SHORT = 22
_HOW_MUCH = re.compile(
    r"(?:补|奖|给|发|领|报销?|减|免)(?:助|励|贴)?.{0,3}(?:多少|几千|几百|几万|吗|不$|么)|多少(?:钱|补贴|奖)|有(?:没有)?(?:补贴|奖励|补助|奖补)"
)
_WANTS_A_PERSON = re.compile(r"人工|真人|活人|客服|找个?人|领导|工作人员|热线|联系|电话")
_GOES_ON = re.compile(
    r"呢[?？。!！]*$|还有(?:别的|其他|其它|什么|啥|哪些|没有|没|吗)|不是(?:说|(?:每|最高|最多|一次性)?\S{0,4}(?:补|奖|给|\d)\S*[吗么嘛?？])|听说|(?:对[吗么不吧]|真的[吗假])[?？]?$|(?:多少钱?|几天|多久|几个钱)[?？]?$|(?:什么|啥|哪些)(?:条件|要求|材料|手续)|怎么(?:申请|申报)|(?:分|发|补|领)几(?:次|年|个月)|一共(?:发|补|领)?几年|咋(?:申请|报|办)[?？]?$"
)
_NOT_APPLYING = re.compile(
    r"(?:不|先不|没打算|不是(?:要|来|想))(?:想|要|打算|准备)?(?:申请|申报|申领)|(?:就|只是?|光|先)(?:问问|打听|咨询|了解)"
)
_ASKS_ABOUT = re.compile(
    r"(?:行不行|中不中|可不可以|行吗|中吗|可以吗|[对是好行][吧吗不]|能不能[^,，]*|吗|几天|多久|有(?:什么|啥)?(?:要求|条件|限制)没?(?:有)?)[?？。!！]*$"
)
_APPLIES = re.compile(
    r"(?:[我俺咱]们?|公司|厂里?)?(?:就?是|现在)?(?:要|想|打算|准备|得|帮(?:我|俺|忙)|给(?:我|俺)|替(?:我|俺))[^,，。?？]{0,6}(?:申请|申报|申领|办|报)"
)
_LONGEST_TIER = 12
"""Characters of a text that may be nothing but another row of the table shown (“沪深主板”, “重要用户”)."""
_OTHERS_OWN = frozenset({"apply_policy", "ticket_status", "urge_ticket", "book_event", "thanks", "goodbye"})
"""Requests a short “……呢” may mean as well: they keep what is surely theirs."""
_SURELY = 0.75
_WHICH_DAY = re.compile(r"哪一?天|几[号日]|啥时候|什么时候|何时|多会儿")
_UNPAID = re.compile(r"没(?:有)?(?:到|发|给|兑现|拿到|下来|收到)|拖|欠|一直不|还不(?:给|发)|迟迟")


@dataclass(frozen=True)
class Policies:
    """The handlers."""

    desk: PolicyDesk
    open_ticket: OpenTicket
    learning: Asking | None = None
    """Takes what an answer leaves open; None: a desk that only answers."""

    def ask(self, turn: Turn) -> Reply:
        """Answer a question; a follow-up is read in the light of the one before."""
        recent = turn.memory.recent.get(RECENT) or {}
        if recent.get("refused") and len(turn.text) <= _SHORT and _WANTS_UNIT.search(turn.text):
            return self.ask_unit(turn)
        return self._answer(turn, turn.text, recent.get("question"))

    def asks_amount(self, turn: Turn) -> str | None:
        """“招个硕士，一年能补多少” tells no trouble and wants no person: it asks for an amount that is on record."""
        if turn.act.intent not in ("report_issue", "match_policy", "out_of_scope", "human_agent", ASK):
            return None
        if not _HOW_MUCH.search(turn.text) or _UNPAID.search(turn.text) or _WANTS_A_PERSON.search(turn.text):
            return None
        return ASK if self.knows(turn) or self.desk.read(turn.text).places.regions else None

    def goes_on(self, turn: Turn) -> str | None:
        """Right after an answer, “大专呢”, “还有别的吗” and “不是说500吗” go on with it, whatever they may be alone."""
        act = turn.act
        if act.intent == "list_events" and set(self.desk.read(turn.text).places.regions) - {self.desk.home.county}:
            return ASK  # another place's days are in no timetable of ours
        if turn.memory.intent != ASK or act.intent == ASK or (act.intent in _OTHERS_OWN and act.confidence >= _SURELY):
            return None
        return ASK if self._follows(turn) else None

    def only_asks(self, turn: Turn) -> str | None:
        """“我不申请，就问问” and “申请低压的办电5天能办好吧” apply for nothing yet."""
        if turn.act.intent != "apply_policy":
            return None
        denied = _NOT_APPLYING.search(turn.text)
        return ASK if denied or (_ASKS_ABOUT.search(turn.text) and not _APPLIES.search(turn.text)) else None

    def names_document(self, turn: Turn) -> str | None:
        """“方政〔2023〕5号过期了没” asks after a document, and names no ticket."""
        clauses = self.desk.clauses
        return ASK if clauses and asks_validity(turn.text) and clauses.names_one(turn.text) else None

    def of_all_places(self, turn: Turn) -> Reply | None:
        """Say how several places do it, beside our own timetable: “企业服务日是哪天” differs from city to city."""
        if not _WHICH_DAY.search(turn.text):
            return None
        answer = self.desk.answer(turn.text, turn.now)
        places = {fact.region for fact in map(self.desk.fact, answer.card_ids) if fact}
        return say(answer.text) if answer.answered and len(places) > 1 else None

    def aside(self, turn: Turn) -> Reply | None:
        """Answer a short follow-up while a form is open: “那本科呢” confirms nothing."""
        form = turn.memory.form
        if form is None or form.asked or turn.act.intent not in (ASK, "affirm", "deny", "out_of_scope", form.intent):
            return None
        return self.ask(turn) if self._follows(turn) else None

    def _follows(self, turn: Turn) -> bool:
        """Tell whether a short text asks on about the answer given last."""
        recent = turn.memory.recent.get(RECENT)
        if not recent or len(turn.text) > _SHORT:
            return False
        if not _GOES_ON.search(turn.text.strip()) and not self._names_row(turn.text, recent["cards"]):
            return False
        self._look_for_news(turn)
        answer = self.desk.answer(turn.text, turn.now, context=recent["question"])
        return answer.answered or answer.follow_up

    def _names_row(self, text: str, cards: Sequence[str]) -> bool:
        """Tell whether a short text names another row of a table just shown."""
        tiers = named_choices(fold(text)) if len(text) <= _LONGEST_TIER else {}
        return bool(tiers) and any(knows_tier(fact, tiers) for fact in map(self.desk.fact, cards) if fact)

    def knows(self, turn: Turn) -> bool:
        """Tell whether the desk has something on what was said."""
        self._look_for_news(turn)
        return bool(self.desk.answer(turn.text, turn.now).card_ids)

    def how(self, turn: Turn) -> Reply:
        """Say how the benefit spoken of is applied for."""
        recent = turn.memory.recent.get(RECENT)
        if not recent:
            return say("您想申报哪一项？直接说名称就行，比如“职业介绍补贴怎么申请”。")
        return self._answer(turn, "怎么申请", recent["question"], keep=True)

    def related(self, turn: Turn) -> Reply:
        """List what else there is on the topic."""
        recent = turn.memory.recent.get(RECENT)
        if not recent:
            return self.menu(turn)
        return self._answer(turn, "还有别的吗", recent["question"], keep=True)

    def ask_unit(self, turn: Turn) -> Reply:
        """Begin a ticket that puts the last question to the responsible unit."""
        recent = turn.memory.recent.get(RECENT)
        if not recent:
            return say("您想问承办单位什么事？请直接说，我来登记。")
        return self.open_ticket(turn, f"政策咨询：{recent['said']}", recent["topic"])

    def offer_taken(self, turn: Turn) -> Reply | None:
        """A yes right after a refusal takes up its offer to ask the unit."""
        recent = turn.memory.recent.get(RECENT) or {}
        return self.ask_unit(turn) if recent.get("refused") and turn.memory.intent == ASK else None

    def menu(self, turn: Turn) -> Reply:
        """Show how to ask."""
        text = (
            "请直接问，我按文件原文答，并注明出处。比如：\n· 招个985硕士一年补多少\n· 新三板挂牌奖多少\n"
            "· 低压办电要几天\n· 奖补材料交到哪里\n也可以让我按您企业的情况，对一对能享受哪些政策。"
        )
        return say(text, buttons=[button("我能享受哪些", "intent:match_policy", primary=True)])

    # -- helpers ------------------------------------------------------------------------------------------------

    def _answer(self, turn: Turn, text: str, context: str | None, *, keep: bool = False) -> Reply:
        self._look_for_news(turn)
        topic = turn.slots.get("topic")
        answer = self.desk.answer(text, turn.now, context=context, topics=[topic] if topic else [])
        recent = turn.memory.recent.get(RECENT)
        self._remember(turn, answer, recent["said"] if keep and recent else text)
        reply = say(answer.text, buttons=buttons_of(answer))
        return self.learning.after(turn, answer, reply) if self.learning else reply

    def _look_for_news(self, turn: Turn) -> None:
        """Answers approved in another process are known from the next question on."""
        if self.learning:
            self.learning.answers.refresh(turn.session)

    def _remember(self, turn: Turn, answer: PolicyAnswer, said: str) -> None:
        turn.memory.recent[RECENT] = {
            "question": answer.question[:REMEMBERED_CHARS],
            "said": said[:REMEMBERED_CHARS],
            "cards": list(answer.card_ids[:6]),
            "topic": answer.topic,
            "refused": not answer.answered,
        }


def buttons_of(answer: PolicyAnswer) -> list[Button]:
    """Return the buttons under an answer; under a refusal the way to the unit comes first."""
    if not answer.answered:
        return [button("问承办单位", "do:policy_ask_unit", primary=True)]
    known = {
        Next.HOW: button("怎么申报", "do:policy_how", primary=True),
        Next.ASK_UNIT: button("问办事人员", "do:policy_ask_unit"),
        Next.RELATED: button("相关政策", "do:policy_related"),
    }
    return [known[hint] for hint in answer.hints]


def register(router: Router, desk: PolicyDesk, open_ticket: OpenTicket, learning: Asking | None = None) -> Policies:
    """Register ask_policy and the buttons under its answers."""
    policies = Policies(desk, open_ticket, learning)
    router.on(ASK)(policies.ask)
    router.readings += [policies.names_document, policies.only_asks, policies.asks_amount, policies.goes_on]
    router.asides.append(policies.aside)
    router.offers.append(policies.offer_taken)
    router.press("policy_how")(policies.how)
    router.press("policy_related")(policies.related)
    router.press("policy_ask_unit")(policies.ask_unit)
    router.press("policy_menu")(policies.menu)
    return policies
