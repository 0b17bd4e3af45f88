"""The limits of the cards and their measures: every mistake is found by `zhiqibot check`, with file and field."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.content.policy_limits import Limit, Measure
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.core.errors import ContentError

DOCUMENT = {"id": "t", "title": "某县办法", "issuer": "某县", "region": "某县", "kind": "policy", "date": "2026-01-01"}
CARD: dict[str, Any] = {
    "id": "t-01",
    "kind": "mechanism",
    "title": "某项补贴",
    "clause": "一",
    "topics": ["talent"],
    "lead": "招人给补贴，按规定办理。",
    "summary": "招人给补贴，按规定办理。",
    "conditions": ["年龄在35周岁以下", "合同签3年以上"],
    "questions": ["招人给补贴吗"],
}
AGE = {"id": "age", "title": "年龄", "unit": "岁", "words": ["{n}岁"]}


def mistakes(folder: Path, limits: list[dict[str, Any]], measures: list[dict[str, Any]]) -> str:
    """Write a folder of policies and return everything that is wrong with it."""
    file = {"document": DOCUMENT, "cards": [{**CARD, "limits": limits}]}
    (folder / "t.yaml").write_text(yaml.safe_dump(file, allow_unicode=True), encoding="utf-8")
    (folder / "_measures.yaml").write_text(yaml.safe_dump({"measures": measures}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_policies(folder, today=date(2026, 11, 23))
    return str(caught.value)


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        (
            {"says": "年龄在35周岁以下", "of": "height", "at_most": 35},
            "limits.0.of: _measures.yaml 里没有这一项：height",
        ),
        ({"says": "要有三年工龄", "of": "age", "at_most": 35}, "limits.0.says: 应与本卡 conditions 里的一条"),
        ({"says": "年龄在35周岁以下", "of": "age", "at_most": 40}, "limits.0.says: 条件里没有 40 这个数"),
        ({"says": "年龄在35周岁以下", "unlike": ["退休"], "leaves": "满60岁另说"}, "limits.0.leaves: “60”在本卡里没有"),
        ({"says": "年龄在35周岁以下"}, "limits.0: 写 of 和 at_least / at_most，或者写 unlike"),
    ],
)
def test_a_limit_stands_in_its_card(tmp_path: Path, limit: dict[str, Any], reason: str) -> None:
    """限制要对得上本卡的条件，数要在条件里，说法要齐。"""
    assert reason in mistakes(tmp_path, [limit], [AGE])


def test_a_measure_says_where_its_number_stands(tmp_path: Path) -> None:
    """量度重复、说法里没有 {n}、不按年算却写了月，都指出来。"""
    bad = [
        AGE,
        {**AGE, "words": ["岁数"]},
        {"id": "days", "title": "天数", "unit": "天", "words": ["{n}天"], "months": ["{n}个月"]},
    ]

    said = mistakes(tmp_path, [], bad)

    assert "_measures.yaml: measures.1.id: 重复：age" in said
    assert "_measures.yaml: measures.1.words: 说法里要有 {n}" in said
    assert "_measures.yaml: measures.2.months: 只有按年算的才能写 months" in said


def test_months_count_as_parts_of_a_year() -> None:
    """“签了六个月”和“签了半年”是一回事。"""
    contract = Measure(id="contract", title="合同", unit="年", words=("签了{n}年",), months=("签了{n}个月",))

    said = [
        (said, number, factor) for text in ("签了半年", "签了六个月") for said, number, factor in contract.said_in(text)
    ]

    assert said == [("签了半年", "半", 1.0), ("签了六个月", "六", 1 / 12)]


def test_every_bound_of_a_rule_is_a_limit_too(corpus: PolicyCorpus) -> None:
    """计算器按人核对的数（年龄、合同年限），问答里也能对照。"""
    for fact in corpus.facts.values():
        bounded = {(one.at_least, one.at_most) for one in fact.card.rules if one.each and not one.any_of}
        assert bounded <= {(one.at_least, one.at_most) for one in fact.card.limits}, fact.card.id


def test_a_limit_is_one_kind_or_the_other() -> None:
    """一条限制要么是数的上下限，要么是说法。"""
    with pytest.raises(ValueError, match="二者取一"):
        Limit(says="年龄在35周岁以下", of="age", at_most=35, unlike=("退休",))
