"""Numbers against the tiers of a table: a share or a length that does not reach a tier does not get it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.content.policies import Amount, Card, fold
from zhiqibot.topics.policies.tiers import Picked, amount_lines, named_choices, pick

PLAIN, HIGH = "普通", "期满留用率50%以上"


def card(*amounts: Amount) -> Card:
    return Card(
        id="t-01", kind="benefit", title="见习补贴", clause="一", topics=("talent",), lead="见习补贴按人发。",
        summary="见习补贴按人发。", questions=("补多少",), amounts=amounts,
    )  # fmt: skip


TRAINEES = card(
    Amount(what="见习补贴", value=None, unit="元/人/月", tier=PLAIN, note="最低工资标准的70%，原文未载明金额"),
    Amount(what="见习补贴", value=None, unit="元/人/月", tier=HIGH, note="最低工资标准的110%，原文未载明金额"),
)
TRAINING = card(
    Amount(what="专项职业能力补贴", value=800, unit="元/人", tier="培训不少于40学时且取得专项职业能力证书"),
    Amount(what="复审换证补贴", value=200, unit="元/人", tier="参加3年一次复审培训并换发新证"),
)


def asked(text: str, table: Card = TRAINEES) -> Picked:
    return pick(amount_lines(table), named_choices(fold(text)))


@pytest.mark.parametrize(
    ("text", "tiers"),
    [
        ("留用率30%补多少", [PLAIN]),
        ("留用率49%呢", [PLAIN]),
        ("留用率５０％补多少", [HIGH]),
        ("见习生留下来八成补多少", [HIGH]),
        ("留用率百分之三十", [PLAIN]),
        ("留用率三成", [PLAIN]),
        ("留用率不到50%", [PLAIN]),
        ("留用率不到一半", [PLAIN]),
        ("留用率超过一半", [HIGH]),
        ("留用率30%和60%分别补多少", [PLAIN, HIGH]),
        ("见习补贴多少", [PLAIN, HIGH]),
    ],
)
def test_a_share_takes_the_tier_it_belongs_to(text: str, tiers: list[str]) -> None:
    """问题里说了留用率，就按数对档：不到50%的不能答110%那一档。"""
    assert [line.label for line in asked(text).lines] == tiers


@given(share=st.integers(min_value=0, max_value=100))
def test_every_share_has_its_tier(share: int) -> None:
    """任何一个留用率都落在一档里，50%是分界。"""
    assert [line.label for line in asked(f"留用率{share}%补多少").lines] == [HIGH if share >= 50 else PLAIN]


def test_below_every_bound_no_tier_is_taken() -> None:
    """学时不够40的，没有一档给钱；够了的才是800元。"""
    short, enough = asked("专项能力培训20学时补多少", TRAINING), asked("培训45学时拿专项职业能力证补多少", TRAINING)

    assert short.missing
    assert short.lines == ()
    assert [line.value for line in enough.lines] == ["800元/人"]


def test_a_tier_without_a_sum_shows_what_the_document_says() -> None:
    """没有金额的一档，不印光秃秃的“元/人/月”：写明比例；连比例也没有的，说文件没有写明。"""
    open_ = card(Amount(what="路费", value=None, unit="元/次", note="原文未载明金额"))

    assert [line.shown for line in amount_lines(TRAINEES)] == [
        "普通：最低工资标准的70%（原文未载明金额）",
        "期满留用率50%以上：最低工资标准的110%（原文未载明金额）",
    ]
    assert [line.shown for line in amount_lines(open_)] == ["路费：原文未载明金额"]
