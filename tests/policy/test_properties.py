"""Whatever is asked: no exception, no number without a source, no empty answer."""

from datetime import UTC, datetime

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.policy.conftest import NOW
from zhiqibot.core.numbers import numbers_in
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.figures import numbers_of

_WORDS = "硕士 本科 上市 新三板 补多少 怎么申请 温县 郑州市 咱县 不是说 1000万 三万 电价 要几天 材料 那 呢 ？ ，另外 还有别的吗 早餐会 985 担保 贷款"
WORDS = st.sampled_from(_WORDS.split())
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RELAXED
@given(text=st.text(max_size=80), context=st.none() | st.text(max_size=40))
def test_any_text_is_answered_in_words(desk: PolicyDesk, text: str, context: str | None) -> None:
    """任何文字（含控制字符、半个代理对）都不报错，都有一句话回应。"""
    answer = desk.answer(text, NOW, context=context)

    assert answer.text.strip()


@RELAXED
@given(words=st.lists(WORDS, min_size=1, max_size=7), before=st.none() | st.lists(WORDS, max_size=4))
@example(words=["硕士", "硕士", "新三板", "温县", "还有别的吗"], before=["硕士"])  # no card is a candidate here
def test_every_number_stands_in_a_cited_card(desk: PolicyDesk, words: list[str], before: list[str] | None) -> None:
    """答复里的每个数字都在所引的政策卡里。"""
    answer = desk.answer("".join(words), NOW, context="".join(before) if before else None)

    known = {number for card in answer.card_ids for number in numbers_of(desk.corpus.facts[card])}
    assert set(numbers_in(answer.text)) <= known


@RELAXED
@given(moment=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001
def test_any_time_will_do(desk: PolicyDesk, moment: datetime) -> None:
    """什么时候问都能答。"""
    assert desk.answer("新三板挂牌奖多少", moment.replace(tzinfo=UTC)).answered


def test_every_card_question_and_overview_can_be_told(desk: PolicyDesk) -> None:
    """题库里的每种问法都能走完全程，概述里的数字都有出处。"""
    items = [*(fact.card.questions for fact in desk.corpus.facts.values())]
    items += [faq.questions for faq in desk.corpus.faqs.values()]
    for questions in items:
        for question in questions:
            assert desk.answer(question, NOW).text
