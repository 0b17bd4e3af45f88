"""What a clause must say before it answers: the thing asked, outright, and the kind of figure asked for."""

import pytest

from zhiqibot.nlu.words import Cut
from zhiqibot.topics.policies.clause_weighing import Spoken, spoken
from zhiqibot.topics.policies.clause_wording import names_something
from zhiqibot.topics.policies.postings import terms_of
from zhiqibot.topics.policies.question import Question
from zhiqibot.topics.policies.sums import states_sum


def said(text: str, cut: Cut, *, outright: bool = False) -> Spoken:
    return spoken(frozenset(terms_of(text, cut)), text, cut, outright=outright)


def test_characters_of_two_words_are_no_word(cut: Cut) -> None:
    """“推进城乡”里没有“进城”，“进城务工”里有。"""
    assert "进城" in said("推进城乡客货场站融合", cut).apart
    assert "进城" not in said("推进城乡融合，支持进城务工", cut).apart


def test_what_two_texts_say_is_a_word_where_either_has_it(cut: Cut) -> None:
    """两条合起来看：有一条真写了，就算写了。"""
    both = said("推进城乡融合", cut).with_(said("支持进城务工", cut))

    assert "进城" not in both.apart


def test_a_list_in_brackets_names_in_passing(cut: Cut) -> None:
    """问金额时，括号里顺带列举的不算说到；短括号“首台（套）”不拆。"""
    text = "四类企业（市重点支撑企业、高新技术企业）工作的，首台（套）装备"

    assert "高新" in said(text, cut).bag
    assert "高新" not in said(text, cut, outright=True).bag
    assert "台套" in said(text, cut, outright=True).bag


@pytest.mark.parametrize(
    ("asked", "text", "stated"),
    [
        ("研发费加计扣除扣多少", "落实加计扣除政策，力争研发投入增长18%以上。", False),
        ("研发投入要增长多少", "力争研发投入增长18%以上。", True),
        ("县里工业地一亩卖多少钱", "租用厂房的，按租金的50%补贴，每年最高20万元。", False),
        ("租厂房补多少", "租用厂房的，按租金的50%补贴，每年最高20万元。", True),
        ("月租多少", "引进人才可申请入住人才公寓，招聘活动免费提供展位。", False),
    ],
)
def test_a_figure_of_another_kind_is_no_sum(asked: str, text: str, stated: bool) -> None:
    """目标不是补贴，补贴不是价钱，别的免费不是房租。"""
    assert states_sum(Question.read(asked), text) is stated


@pytest.mark.parametrize(("word", "names"), [("便宜", False), ("12", False), ("补贴", False), ("人才公寓", True)])
def test_words_of_every_policy_name_nothing(word: str, names: bool) -> None:
    """“便宜几毛”“7+12”没有说是哪件事，不拿去找条款。"""
    assert names_something([(word,)]) is names
