"""How many of what: read from a sentence, put right and added to in the next one."""

import pytest

from zhiqibot.topics.policies.counts import counts_in, merged, without_counts


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("4个本科两个硕士", ["本科4个", "硕士2个"]),
        ("叉车证6个，电工3个", ["叉车证6个", "电工3个"]),
        ("路费9个人，包车花了4500块", ["路费9人", "包车4500元"]),
        ("985的硕士3个、南阳师院的本科1个", ["985的硕士3个", "南阳师院的本科1个"]),
        ("一共十二个人", ["12人"]),
        ("补税260万", ["补税260万元"]),
        ("要报两个补贴，一个路费一个包车费", []),
        ("新三板挂牌给多少", []),
        ("人民路有家人社局", []),
    ],
)
def test_things_are_counted_by_the_persons_own_words(text: str, counted: list[str]) -> None:
    """数在前在后都认；说的是几项补贴，不当成人数。"""
    assert [one.shown for one in counts_in(text)] == counted


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        ("4个本科，一个硕士", "不对，是两个硕士", ["本科4个", "硕士2个"]),
        ("叉车证6个", "再加2个电工的", ["叉车证6个", "电工2个"]),
        ("叉车证6个", "再加2个叉车证", ["叉车证8个"]),
        ("985硕士2个，普通本科5个", "硕士改成3个", ["985硕士3个", "普通本科5个"]),
        ("包车4500块", "包车改成4800元", ["包车4800元"]),
    ],
)
def test_what_is_said_later_replaces_or_adds(before: str, now: str, after: list[str]) -> None:
    """同一样东西再说一遍是更正，说“再加”是累加，别的留着不动。"""
    assert [one.shown for one in merged(counts_in(before), counts_in(now), now)] == after


def test_a_count_written_down_is_read_again() -> None:
    """写下来的明细还能原样读回来。"""
    counts = counts_in("985的硕士3个、包车4500块、电工2个，4个硕士都是211的")

    assert counts_in("、".join(one.shown for one in counts)) == counts


def test_the_clauses_that_count_nothing_are_left() -> None:
    """去掉数人数的分句，剩下的还是原来的话。"""
    assert without_counts("申请路费报销，来了9个人，材料齐了") == "申请路费报销，材料齐了"
