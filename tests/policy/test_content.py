"""The corpus is checked as a whole: every mistake at once, each as file: field: reason."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.content.safe_yaml import load_yaml, told
from zhiqibot.core.errors import ContentError

CARD: dict[str, Any] = {
    "id": "t-01",
    "kind": "benefit",
    "title": "测试补贴",
    "clause": "一、",
    "topics": ["talent"],
    "lead": "测试补贴每人100元。",
    "summary": "测试补贴每人100元。",
    "amounts": [{"what": "测试补贴", "value": 100, "unit": "元/人"}],
    "questions": ["测试补贴多少", "测试给钱不", "测试咋补", "测试的补助有几块", "做测试政府管不管"],
}
DOCUMENT = {
    "id": "t",
    "title": "测试文件",
    "date": "2026-01-01",
    "issuer": "测试单位",
    "region": "方城县",
    "kind": "policy",
}


def write(folder: Path, cards: list[dict[str, Any]], faq: list[dict[str, Any]] | None = None, **document: Any) -> None:
    data = {"document": {**DOCUMENT, **document}, "cards": cards}
    (folder / "t.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    if faq:
        (folder / "faq").mkdir()
        (folder / "faq" / "q.yaml").write_text(yaml.safe_dump({"faq": faq}, allow_unicode=True), encoding="utf-8")


def mistakes(folder: Path) -> str:
    with pytest.raises(ContentError) as caught:
        load_policies(folder, today=date(2026, 11, 23))
    return str(caught.value)


def test_the_corpus_is_complete_and_clean(corpus: PolicyCorpus) -> None:
    """五份文件、198 张卡都在，没有一处错误。"""
    assert len(corpus.documents) == 5
    assert len(corpus.facts) == 198
    assert len(corpus.faqs) >= 30


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    """一次报全：编号重复、没有的主题、缺条款、金额缺单位、空值没说明、过期没有接替、问法重复。"""
    bad = {
        **CARD,
        "clause": None,
        "topics": ["weather"],
        "amounts": [{"what": "甲补贴", "value": 5}, {"what": "乙补贴", "value": None, "unit": "元"}],
        "valid_until": "2025-01-01",
        "questions": ["补多少", "补多少"],
    }
    faq = [
        {
            "id": "x-t",
            "topics": ["talent"],
            "questions": ["甲"],
            "answer": "这里是一段足够长的答复。",
            "cites": ["t-99"],
        }
    ]
    write(tmp_path, [CARD, bad], faq)

    said = mistakes(tmp_path)

    for line in (
        "t.yaml: t-01.id: 编号重复",
        "t.yaml: t-01.topics: 没有这个主题：weather",
        "t.yaml: t-01.clause: 缺少条款",
        "t.yaml: t-01.amounts.0.unit: 金额缺少单位",
        "t.yaml: t-01.amounts.1.note: 没有金额时要写明原因",
        "t.yaml: t-01.valid_until: 已过有效期",
        "t.yaml: t-01.questions: 问法重复：补多少",
        "q.yaml: x-t.cites: 没有这张政策卡：t-99",
    ):
        assert line in said


def test_the_document_must_bear_its_files_name(tmp_path: Path) -> None:
    """文件名与文件编号要一致。"""
    write(tmp_path, [CARD], id="other")

    assert "t.yaml: document.id: 应与文件名一致" in mistakes(tmp_path)


def test_an_unknown_field_is_a_mistake(tmp_path: Path) -> None:
    """拼错的字段会被指出来。"""
    write(tmp_path, [{**CARD, "amout": []}])

    assert "t.yaml: cards.0.amout: 没有这个字段" in mistakes(tmp_path)


def test_a_successor_must_exist(tmp_path: Path) -> None:
    """接替的政策卡要真有。"""
    write(tmp_path, [{**CARD, "valid_until": "2025-01-01", "successor": "t-77"}])

    assert "t-01.successor: 没有这张政策卡：t-77" in mistakes(tmp_path)


def test_broken_and_missing_files_are_named(tmp_path: Path) -> None:
    """YAML 写坏了说第几行；目录空着也说。"""
    assert "没有找到任何政策文件" in mistakes(tmp_path)
    (tmp_path / "t.yaml").write_text("document: [", encoding="utf-8")
    assert "YAML 写法有误" in mistakes(tmp_path)


def test_every_overview_rests_on_its_cards(corpus: PolicyCorpus) -> None:
    """跨文件问答里的每个数字，都能在它引用的卡里找到。"""
    from zhiqibot.topics.policies.figures import numbers_of, unsupported

    stray = {}
    for faq in corpus.faqs.values():
        known = frozenset().union(*(numbers_of(corpus.facts[card]) for card in faq.cites))
        if left := unsupported(faq.answer, known):
            stray[faq.id] = left
    assert not stray


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"amounts": [{"what": "测试补贴", "value": 100, "note": "每人"}]}, "t-01.amounts.0.unit: 金额缺少单位"),
        (
            {"amounts": [{"what": "测试补贴", "value": -100, "unit": "元"}]},
            "t-01.amounts.0.value: 金额不能是负数：-100",
        ),
        ({"successor": "t-01"}, "t-01.successor: 不能由它自己替代"),
        ({"questions": ["补多少", "给不给", "咋补"]}, "t-01.questions: 奖补和服务至少写 5 种问法，现在是 3 种"),
        ({"lead": "测试补贴每人800元。"}, "t-01.lead: “800”在金额、条件等各项里都没有"),
        ({"automatic": "maybe"}, "cards.0.automatic: 应为 true 或 false"),
        ({"valid_until": "明年"}, "cards.0.valid_until: 应为日期，如 2026-11-23"),
        ({"amounts": {"what": "补贴"}}, "cards.0.amounts: 应为列表"),
        ({"summary": 12}, "cards.0.summary: 应为文字"),
    ],
)
def test_a_careless_card_is_told_in_chinese(tmp_path: Path, changed: dict[str, Any], line: str) -> None:
    """少单位、负数、自己替代自己、问法太少、首句的数没有出处、类型写错：都说清在哪一项。"""
    write(tmp_path, [{**CARD, **changed}])

    assert line in mistakes(tmp_path)


def test_replacements_do_not_go_round(tmp_path: Path) -> None:
    """甲由乙替代，乙又由甲替代，等于没有替代。"""
    other = {**CARD, "id": "t-02", "questions": [f"第二张的{one}" for one in CARD["questions"]]}
    write(tmp_path, [{**CARD, "successor": "t-02"}, {**other, "successor": "t-01"}])

    assert "t-01.successor: 替代关系转了一圈又回到自己：t-02" in mistakes(tmp_path)


def test_a_question_has_one_owner(tmp_path: Path) -> None:
    """同一句问法写在两张卡上，谁来答就成了碰运气。"""
    write(tmp_path, [CARD, {**CARD, "id": "t-02"}])

    assert "t.yaml: t-02.questions: 这句问法 t-01 已经用了：测试补贴多少" in mistakes(tmp_path)


def test_an_overview_names_no_figure_of_its_own(tmp_path: Path) -> None:
    """跨文件问答里的数，要在它引用的卡里有。"""
    answer = "测试补贴每人100元，另外再奖300元。"
    write(
        tmp_path,
        [CARD],
        [{"id": "x-t", "topics": ["talent"], "questions": ["甲"], "answer": answer, "cites": ["t-01"]}],
    )

    assert mistakes(tmp_path) == "q.yaml: x-t.answer: “300”在所引的政策卡里没有"


def test_a_key_given_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    """同一个字段写了两次，YAML 会悄悄只留后一个：要说出来，并说第几行。"""
    write(tmp_path, [CARD])
    path = tmp_path / "t.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "cards: []\n", encoding="utf-8")
    last = len(path.read_text(encoding="utf-8").splitlines())

    assert f"t.yaml: 第 {last} 行: “cards”写了两次" in mistakes(tmp_path)


def test_a_misspelt_folder_is_named(tmp_path: Path) -> None:
    """文件夹名写错了，里面的问答不会被读取：要说出来。"""
    write(tmp_path, [CARD])
    (tmp_path / "faqs").mkdir()

    assert mistakes(tmp_path).startswith("faqs: -: 政策文件夹里没有这样的文件或子文件夹")


@pytest.mark.parametrize(
    "text", ["a: b: c", "a: [1", "a: {b: 1", "- a\nb: c", 'a: "x', "\ta: 1", "a: *x", "a: @x", "a: |\n x\n\x07"]
)
def test_broken_yaml_is_told_in_chinese(tmp_path: Path, text: str) -> None:
    """YAML 写坏了，原因也说中文。"""
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")

    reason = mistakes(tmp_path).split("YAML 写法有误")[1]
    assert not any(char.isascii() and char.isalpha() for char in reason)


@given(st.text(alphabet="ab:-[]{}\"'#&*!|>%@ \n\t0", max_size=40))
def test_any_yaml_is_read_or_told(text: str) -> None:
    """不管怎么写坏，都说得出原因，不会报一串看不懂的错。"""
    try:
        load_yaml(text)
    except yaml.YAMLError as error:
        where, reason = told(error)
        assert where
        assert reason
