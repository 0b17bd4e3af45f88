"""Search in plain texts: what is found, and that a changed index equals one made anew."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiqibot.nlu.semantic import load_embedder
from zhiqibot.topics.policies.searching import Document, MeaningRanker, TextIndex

CLAUSES = [
    Document("a", "对新引进的全日制硕士研究生，每人每年给予生活补贴。", "人才引进"),
    Document("b", "低压用电报装由供电公司在三个工作日内办结。", "用电"),
    Document("c", "企业在新三板挂牌的，给予一次性奖励。", "上市"),
    Document("d", "发生欠薪的，由劳动监察部门限期处理。", "维权"),
]
HAN = st.text(alphabet="补贴奖励电水气挂牌企业人才每年给予申请办理条件", min_size=1, max_size=12)


def cut(text: str) -> list[str]:
    return [text[start : start + 2] for start in range(0, len(text), 2)]


def test_the_fitting_clause_comes_first() -> None:
    """问法与条文有共同的字词，最相符的排在最前。"""
    index = TextIndex.of(CLAUSES, cut)

    hits = index.search("新三板挂牌奖励多少", top=3)

    assert hits[0].id == "c"
    assert hits[0].score == 1.0
    assert all(one.score >= other.score for one, other in pairwise(hits))


@pytest.mark.parametrize("question", ["", "   ", "？？！", "zzz 987654"])
def test_a_question_without_common_words_finds_nothing(question: str) -> None:
    """没有共同字词：如实给空，不报错。"""
    assert TextIndex.of(CLAUSES, cut).search(question, top=5) == []
    assert TextIndex.of([], cut).search(question, top=5) == []


def test_meaning_helps_where_words_differ() -> None:
    """用词不同、意思相同的条文，语义层提到前面来。"""
    embedder = load_embedder()
    if embedder is None:
        pytest.skip("本机没有安装语义层")
    index = TextIndex.of(CLAUSES, cut)
    texts = {document.id: f"{document.title} {document.text}" for document in CLAUSES}
    question = "老板拖着不发工人工资，限期处理归谁管，企业每年都这样"

    hits = MeaningRanker(embedder, texts).rank(question, index.search(question, top=4))

    assert hits[0].id == "d"
    assert {hit.id for hit in hits} == {hit.id for hit in index.search(question, top=4)}


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(HAN, min_size=1, max_size=8),
    later=st.lists(HAN, min_size=1, max_size=4),
    gone=st.sets(st.integers(0, 11)),
    question=HAN,
)
def test_a_changed_index_equals_one_made_anew(
    texts: list[str], later: list[str], gone: set[int], question: str
) -> None:
    """逐条增删之后，与从头建立的索引答案一致。"""
    first = [Document(str(place), text) for place, text in enumerate(texts)]
    more = [Document(str(place), text) for place, text in enumerate(later, len(texts) - 1)]  # the last one is replaced
    left = {document.id: document for document in (*first, *more) if int(document.id) not in gone}

    changed = TextIndex.of(first, cut).adding(more).leaving_out(str(place) for place in gone)

    anew = TextIndex.of([left[one] for one in changed.ids], cut)
    assert set(changed.ids) == set(left)
    found, expected = changed.search(question, top=20), anew.search(question, top=20)
    assert [hit.id for hit in found] == [hit.id for hit in expected]
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], rel=1e-4)
