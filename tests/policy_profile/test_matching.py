"""How an enterprise stands to a benefit: every condition named, three answers to each, and no surprise by knowing more."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.content.policies import Card, Document, Fact, Rule
from zhiqibot.topics.policies.matching import Outcome, match, match_one

VALUES = {"need": ["招大学生", "外县招工"], "tag": ["高新技术企业", "专精特新"], "industry": ["纺织", "机械"]}
DOCUMENT = Document(id="t", title="测试文件", issuer="测试单位", region="方城县", kind="policy")


def fact(*rules: Rule, card_id: str = "t-01") -> Fact:
    card = Card(
        id=card_id, kind="benefit", title="测试补贴", clause="一", topics=("talent",), lead="补贴100元。",
        summary="补贴100元。", questions=("补多少",), rules=rules,
    )  # fmt: skip
    return Fact(DOCUMENT, card)


TAG = Rule(trait="tag", any_of=("高新技术企业",), says="是高新技术企业")
NEED = Rule(trait="need", any_of=("招大学生",), says="要招大学生")
TRADE = Rule(trait="industry", any_of=("纺织",), says="属于纺织行业")
AGE = Rule(trait="age", at_most=35, each=True, says="年龄在35周岁以下")


def outcome(profile: Mapping[str, tuple[str, ...]], *rules: Rule) -> Outcome:
    return match_one(profile, fact(*rules), fixed={"industry"}).outcome


@pytest.mark.parametrize(
    ("profile", "wanted"),
    [
        ({"tag": ("高新技术企业",), "need": ("招大学生",)}, Outcome.MET),
        ({"tag": (), "need": ("招大学生",)}, Outcome.ONE_SHORT),
        ({"tag": (), "need": ()}, Outcome.NOT_MET),
        ({"tag": ("高新技术企业",)}, Outcome.UNKNOWN),
        ({}, Outcome.UNKNOWN),
    ],
)
def test_the_number_of_conditions_that_fail_decides(profile: dict[str, tuple[str, ...]], wanted: Outcome) -> None:
    """都对上是符合，差一条是差一项，差两条是不符合，不知道就是信息不足。"""
    assert outcome(profile, TAG, NEED) is wanted


def test_what_cannot_be_changed_is_no_single_shortfall() -> None:
    """行业不对不是“差一项”，是不符合。"""
    assert outcome({"industry": ("机械",), "need": ("招大学生",)}, TRADE, NEED) is Outcome.NOT_MET


def test_a_person_by_person_condition_waits_until_somebody_is_named() -> None:
    """年龄这类逐人核对的条件，不知道不影响结论；说了岁数就按岁数算，三十六岁差一项。"""
    profile = {"need": ("招大学生",)}

    assert match_one(profile, fact(NEED, AGE)).person_by_person == ("年龄在35周岁以下",)
    assert outcome(profile, NEED, AGE) is Outcome.MET
    assert outcome(profile | {"age": ("35",)}, NEED, AGE) is Outcome.MET
    assert outcome(profile | {"age": ("三十六",)}, NEED, AGE) is Outcome.ONE_SHORT


def test_an_alternative_satisfies_a_condition() -> None:
    """没有招人打算，但已经招来了应届大学生，也算对上。"""
    rule = Rule.model_validate(NEED.model_dump() | {"also": [{"trait": "staff", "any_of": ["应届大学生"]}]})

    assert outcome({"need": (), "staff": ("应届大学生",)}, rule) is Outcome.MET
    assert outcome({"need": ()}, rule) is Outcome.ONE_SHORT
    assert outcome({"staff": ()}, rule) is Outcome.UNKNOWN


def test_every_outcome_names_its_conditions() -> None:
    """结论都说得出是哪一条：对上的、差的、不知道的。"""
    found = match_one({"tag": ()}, fact(TAG, NEED))

    assert found.lacking == ("是高新技术企业",)
    assert found.unknown == ("要招大学生",)
    assert match_one({"tag": ("高新技术企业",), "need": ()}, fact(TAG, NEED)).met == ("是高新技术企业",)


def test_the_best_come_first() -> None:
    """先列符合的，再列差一项的。"""
    found = match({"tag": ("高新技术企业",), "need": ()}, [fact(NEED), fact(TAG, card_id="t-02")])

    assert [one.fact.card.id for one in found] == ["t-02", "t-01"]


# -- whatever the rules and the profile -------------------------------------------------------------------------

condition = st.sampled_from(sorted(VALUES)).flatmap(
    lambda trait: st.builds(
        lambda wanted: {"trait": trait, "any_of": wanted},
        st.lists(st.sampled_from(VALUES[trait]), min_size=1, max_size=2, unique=True),
    )
)
rule = st.builds(
    lambda own, also, each: Rule.model_validate(own | {"says": "某一条件", "also": also, "each": each}),
    condition,
    st.lists(condition, max_size=2),
    st.booleans(),
)
any_value = st.sampled_from([value for values in VALUES.values() for value in values])
rules = st.lists(rule, min_size=1, max_size=4)
profiles = st.dictionaries(st.sampled_from(sorted(VALUES)), st.lists(any_value, max_size=2).map(tuple))


@given(rules=rules, profile=profiles, trait=st.sampled_from(sorted(VALUES)), data=st.data())
def test_knowing_more_never_makes_a_fit_uncertain(
    rules: list[Rule], profile: dict[str, tuple[str, ...]], trait: str, data: st.DataObject
) -> None:
    """多知道一件事，“符合”不会变成“信息不足”；已经“不符合”的，也不会变回“信息不足”。"""
    profile.pop(trait, None)
    value = tuple(data.draw(st.lists(st.sampled_from(VALUES[trait]), max_size=2)))
    before = match_one(profile, fact(*rules)).outcome

    after = match_one({**profile, trait: value}, fact(*rules)).outcome

    assert not (before in (Outcome.MET, Outcome.ONE_SHORT) and after is Outcome.UNKNOWN)


@given(rules=rules, profile=profiles)
def test_an_outcome_follows_from_the_conditions_it_names(
    rules: list[Rule], profile: dict[str, tuple[str, ...]]
) -> None:
    """结论与列出的条件一致：符合就一条不差，差一项就只差一条，信息不足就说得出还要知道什么。"""
    found = match_one(profile, fact(*rules))

    counted = {
        Outcome.MET: not found.lacking and not found.unknown,
        Outcome.ONE_SHORT: len(found.lacking) == 1 and not found.unknown,
        Outcome.UNKNOWN: len(found.lacking) <= 1 and bool(found.unknown),
        Outcome.NOT_MET: len(found.lacking) >= 2,
    }
    assert counted[found.outcome]
    assert len(found.met) + len(found.lacking) + len(found.unknown) + len(found.person_by_person) == len(rules)
