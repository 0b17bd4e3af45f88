"""Policy questions in a conversation: the answer, what may follow it, and the way to the responsible unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zhiqibot.content.policies import fold
from zhiqibot.core.messages import Button
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.short_answers import opening_move
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.topics.policies import following
from zhiqibot.topics.policies.clause_names import names_clause
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.learning.dialogue import Asking
from zhiqibot.topics.policies.model import Next, PolicyAnswer
from zhiqibot.topics.policies.of_documents import asks_of_document, goes_on_with_document
from zhiqibot.topics.policies.own_case import BETWEEN
from zhiqibot.topics.policies.ranking import knows_tier
from zhiqibot.topics.policies.standing import asks_validity
from zhiqibot.topics.policies.tiers import named_choices

OpenTicket = Callable[[Turn, str, str], Reply]
"""Starts a ticket with a description and a topic; the dialogue of tickets asks for the confirmation."""

ASK, RECENT = "ask_policy", "policy"
REMEMBERED_CHARS = 300
_OTHERS_OWN = frozenset({"apply_policy", "ticket_status", "urge_ticket", "book_event", "thanks", "goodbye"})
"""Requests a short “……呢” may mean as well: they keep what is surely theirs."""
_SURELY = 0.75
_OF_NAMES = frozenset({"report_issue", "out_of_scope", "help"})
"""What a bare name right after an answer is taken for, and does not mean."""


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
        if recent.get("refused") and len(turn.text) <= following.SHORT and following.WANTS_UNIT.search(turn.text):
            return self.ask_unit(turn)
        return self._answer(turn, turn.text, recent.get("question"))

    def asks_amount(self, turn: Turn) -> str | None:
        """“招个硕士，一年能补多少” tells no trouble and wants no person: it asks for an amount that is on record."""
        if turn.act.intent not in ("report_issue", "match_policy", "out_of_scope", "human_agent", ASK):
            return None
        if following.wants_confirmed(turn.text) or following.asks_any_grant(turn.text):
            return ASK
        if not following.HOW_MUCH.search(turn.text) or following.UNPAID.search(turn.text):
            return None
        if following.WANTS_A_PERSON.search(turn.text):
            return None
        return ASK if self.knows(turn) or self.desk.read(turn.text).places.regions else None

    def goes_on(self, turn: Turn) -> str | None:
        """Right after an answer, “大专呢”, “还有别的吗” and “不是说500吗” go on with it, whatever they may be alone."""
        act = turn.act
        if act.intent == "list_events" and set(self.desk.read(turn.text).places.regions) - {self.desk.home.county}:
            return ASK  # another place's days are in no timetable of ours
        if following.ASKED_THAT.search(turn.text) and turn.memory.recent.get(RECENT) and act.intent != ASK:
            return ASK
        if following.asks_still(turn.text) and turn.memory.recent.get(RECENT) and act.confidence < _SURELY:
            return ASK
        if turn.memory.intent == ASK and turn.memory.recent.get(RECENT) and goes_on_with_document(turn.text):
            return ASK
        sure = act.intent in (*_OTHERS_OWN, ASK) and act.confidence >= _SURELY
        if turn.memory.intent != ASK or sure:
            return None
        if following.wants_it(turn.text):
            return "apply_policy"
        return ASK if self._follows(turn) else None

    def only_asks(self, turn: Turn) -> str | None:
        """“我不申请，就问问” and “申请低压的办电5天能办好吧” apply for nothing yet."""
        return ASK if turn.act.intent == "apply_policy" and following.only_asks(turn.text) else None

    def asks_whether(self, turn: Turn) -> str | None:
        """“境外上市没融到资给不给” tells no trouble: it is held against what the document demands."""
        if turn.act.intent not in ("report_issue", "out_of_scope", "apply_policy", "match_policy"):
            return None
        if not following.asks_whether(turn.text) or following.UNPAID.search(turn.text.replace("没融", "")):
            return None
        self._look_for_news(turn)
        return ASK if self.desk.answer(turn.text, turn.now).concluded else None

    def asks_meaning(self, turn: Turn) -> str | None:
        """“7+12是啥意思” is our business where the documents speak of it; “周口有啥做法” is asked of documents, too."""
        asks = following.asks_meaning(turn.text) or following.asks_how(turn.text)
        if turn.act.intent not in ("out_of_scope", "help") or not asks:
            return None
        return ASK if self.desk.read(turn.text).places.regions or self.knows(turn) else None

    def asks_fair(self, turn: Turn) -> str | None:
        """“招聘会下一场几号” asks for a day that no timetable of ours has and a policy tells of."""
        fair = turn.act.intent == "list_events" and following.FAIR.search(turn.text)
        return ASK if fair and self.knows(turn) else None

    def names_document(self, turn: Turn) -> str | None:
        """“方政〔2023〕5号过期了没” asks after a document, and names no ticket."""
        clauses = self.desk.clauses
        if names_clause(turn.text) or asks_of_document(turn.text):
            return ASK
        return ASK if clauses and asks_validity(turn.text) and clauses.names_one(turn.text) else None

    def of_all_places(self, turn: Turn) -> Reply | None:
        """Say how several places do it, beside our own timetable: “企业服务日是哪天” differs from city to city."""
        if not following.WHICH_DAY.search(turn.text):
            return None
        answer = self.desk.answer(turn.text, turn.now)
        places = {fact.region for fact in map(self.desk.fact, answer.card_ids) if fact}
        return say(answer.text) if answer.answered and len(places) > 1 else None

    def aside(self, turn: Turn) -> Reply | None:
        """Answer a question while a form is open: “那本科呢” confirms nothing, “租厂房有补贴没” adds nothing to a report."""
        form = turn.memory.form
        if form is None or form.asked or turn.act.intent not in (ASK, "affirm", "deny", "out_of_scope", form.intent):
            return None
        decided = opening_move(turn.text)[0] in ("yes", "cancel")  # “确认，顺便问下招硕士补多少” is answered after it
        another = turn.act.intent in (ASK, "report_issue") and not decided and self.asks_amount(turn)
        return self.ask(turn) if another or self._follows(turn) else None

    def _follows(self, turn: Turn) -> bool:
        """Tell whether a short text asks on about the answer given last."""
        recent, text = turn.memory.recent.get(RECENT), turn.text
        if not recent or len(text) > following.SHORT:
            return False
        free = turn.memory.form is None  # to an open form numbers and names are answers
        bare = free and following.is_bare_name(text) and turn.act.intent in _OF_NAMES
        figures = following.tells_numbers(text) or following.tells_figure(text)
        sounds = following.goes_on(text) or (free and figures)
        self._look_for_news(turn)
        answer = self.desk.answer(text, turn.now, context=recent["question"], earlier=recent.get("own", ""))
        if (free and answer.concluded) or (bare and not answer.card_ids) or self._names_row(text, recent["cards"]):
            return answer.answered or answer.follow_up or bare
        return (sounds or bare) and (answer.answered or answer.follow_up or bool(answer.card_ids))

    def _names_row(self, text: str, cards: Sequence[str]) -> bool:
        """Tell whether a short text names another row of a table just shown."""
        tiers = named_choices(fold(text)) if len(text) <= following.LONGEST_ROW else {}
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
        recent = turn.memory.recent.get(RECENT) or {}
        topics, own = [topic] if topic else [], str(recent.get("own", ""))
        answer = self.desk.answer(text, turn.now, context=context, topics=topics, earlier=own)
        self._remember(turn, answer, recent["said"] if keep and recent else text)
        told = f"{own}{BETWEEN}{text}" if answer.follow_up and own else text
        turn.memory.recent[RECENT]["own"] = told[-REMEMBERED_CHARS:]
        reply = say(answer.text, buttons=buttons_of(answer))
        return self.learning.after(turn, answer, reply) if self.learning else reply

    def _look_for_news(self, turn: Turn) -> None:
        """Answers approved in another process are known from the next question on."""
        if self.learning:
            self.learning.answers.refresh(turn.session)

    def _remember(self, turn: Turn, answer: PolicyAnswer, said: str) -> None:
        before = turn.memory.recent.get(RECENT) or {}
        cards = list(answer.card_ids[:6])
        benefits = [one for one in cards if (fact := self.desk.fact(one)) and fact.card.kind == "benefit"]
        if before.get("refused") and not answer.answered and turn.memory.intent == ASK and said not in before["said"]:
            said = f"{before['said']}；{said}"  # what was refused in a row is put to the unit together
        turn.memory.recent[RECENT] = {
            "question": answer.question[:REMEMBERED_CHARS],
            "said": said[-REMEMBERED_CHARS:],
            "cards": cards,
            "benefits": benefits or (before.get("benefits", []) if turn.memory.intent == ASK else []),
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
    router.readings += [policies.names_document, policies.only_asks, policies.asks_fair, policies.asks_amount]
    router.readings.append(policies.asks_meaning)
    router.readings += [policies.goes_on, policies.asks_whether]
    router.asides.append(policies.aside)
    router.offers.append(policies.offer_taken)
    router.press("policy_how")(policies.how)
    router.press("policy_related")(policies.related)
    router.press("policy_ask_unit")(policies.ask_unit)
    router.press("policy_menu")(policies.menu)
    return policies
