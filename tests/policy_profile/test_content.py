"""The calculator's data: what people say is read right, and a mistake in the file is named by file, field and reason."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.policy.test_content import CARD, write
from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.content.reading import content_root
from zhiqibot.core.errors import ContentError

TRAITS: list[dict[str, Any]] = [
    {
        "id": "need",
        "title": "打算",
        "kind": "many",
        "asked": "always",
        "ask": "近期有什么打算？",
        "values": [{"name": "招大学生"}],
    },
    {"id": "age", "title": "年龄", "kind": "number", "words": ["{n}岁"]},
]


@pytest.fixture(scope="module")
def corpus() -> PolicyCorpus:
    return load_policies(content_root() / "policy_faq", today=date(2026, 11, 23))


@pytest.mark.parametrize(
    ("said", "trait", "values"),
    [
        ("明年想招十来个大学生，再搞个股改", "need", ["招大学生", "上市股改"]),
        ("俺准备去外地拉几车工人", "need", ["外县招工"]),
        ("打算送人去考证，不招大学生", "need", ["培训取证"]),
        ("想弄个自来水表，再接收几个见习的", "need", ["接收见习", "用水报装"]),
        ("股改做了一半", "stage", ["股改中"]),
        ("我们是高企，也是专精特新小巨人", "tag", ["高新技术企业", "专精特新"]),
        ("想明年申报高企", "tag", []),
        ("不是高企，倒是科小", "tag", ["科技型中小企业"]),
        ("就是个小厂子", "scale", ["小微"]),
        ("做轴承套圈的，四十多人", "industry", ["装备制造"]),
        ("不招人，不上市", "need", []),
        ("不招大学生但明年上市", "need", ["上市股改"]),
        ("不招大学生、打算股改", "need", ["上市股改"]),
        ("今年不招大学生明年上市", "need", ["上市股改"]),
        ("不打算明年上市", "need", []),
        ("没打算招大学生、上市", "need", []),
        ("暂时不考虑挂牌", "need", []),
        ("上市先不弄，想搞学徒制", "need", ["学徒培训"]),
        ("大学生不招，见习的要几个", "need", ["接收见习"]),
        ("不但招不少大学生还要上市", "need", ["招大学生", "上市股改"]),
        ("没有高新技术企业资质", "tag", []),
        ("高企没有，专精特新有", "tag", ["专精特新"]),
        ("我们不是上市公司", "stage", []),
        ("新来的28岁，合同签三年", "age", ["28"]),
        ("新来的28岁，合同签三年", "contract", ["三"]),
        ("参保的有56个人", "insured", ["56"]),
    ],
)
def test_people_say_it_in_their_own_words(corpus: PolicyCorpus, said: str, trait: str, values: list[str]) -> None:
    """平常话听得懂：顺口说的打算、资质、数字；说“想评”“不招”的不算有。"""
    assert corpus.profile.named(corpus.profile.by_id[trait], said) == values


def test_news_is_told_from_wishes(corpus: PolicyCorpus) -> None:
    """“刚评上”是新情况，“准备评”不是，“过期了”是没有了。"""
    content, tag = corpus.profile, corpus.profile.by_id["tag"]

    assert content.gained(tag, "我们今年刚评上专精特新") == ["专精特新"]
    assert content.gained(tag, "我们准备明年评上专精特新") == []
    assert content.lost(tag, "高企今年过期了") == ["高新技术企业"]


def test_every_home_benefit_can_be_matched(corpus: PolicyCorpus) -> None:
    """本县每一项奖补都有可核对的条件。"""
    ours = [one.card for one in corpus.facts.values() if one.document.id == "fangcheng-2022-04"]

    assert [card.id for card in ours if card.kind == "benefit" and not card.rules] == []


def mistakes(folder: Path, rules: list[dict[str, Any]], traits: list[dict[str, Any]] = TRAITS) -> str:
    write(folder, [{**CARD, "rules": rules}])
    (folder / "_profile.yaml").write_text(yaml.safe_dump({"traits": traits}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_policies(folder, today=date(2026, 11, 23))
    return str(caught.value)


def test_a_rule_names_known_traits_and_values(tmp_path: Path) -> None:
    """规则里写了没有的项目、没有的取值、或者数字项写成取值，都会指出来。"""
    said = mistakes(
        tmp_path,
        [
            {"trait": "weather", "any_of": ["晴"], "says": "天气要好"},
            {"trait": "need", "any_of": ["上月球"], "says": "打算上月球"},
            {"trait": "age", "any_of": ["35"], "says": "年龄三十五"},
            {"trait": "need", "any_of": ["招大学生"], "says": "要招大学生", "also": [{"trait": "mood", "at_least": 1}]},
        ],
    )

    for line in (
        "t.yaml: t-01.rules.0.trait: _profile.yaml 里没有这一项：weather",
        "t.yaml: t-01.rules.1.any_of: “打算”没有这个取值：上月球",
        "t.yaml: t-01.rules.2: “年龄”应写 at_least / at_most",
        "t.yaml: t-01.rules.3.trait: _profile.yaml 里没有这一项：mood",
    ):
        assert line in said


def test_a_rule_says_either_values_or_bounds(tmp_path: Path) -> None:
    """一条规则要么写取值，要么写上下限。"""
    assert "t.yaml: cards.0.rules.0: 写 any_of" in mistakes(tmp_path, [{"trait": "need", "says": "要招大学生"}])


def test_the_profile_file_is_checked(tmp_path: Path) -> None:
    """_profile.yaml 自己的错也报：重复、缺问法、数字没有 {n}、拼错的字段。"""
    bad = [
        *TRAITS,
        {"id": "need", "title": "打算", "kind": "many", "values": [{"name": "甲"}, {"name": "甲"}]},
        {
            "id": "size",
            "title": "大小",
            "kind": "one",
            "asked": "always",
            "values": [{"name": "大"}],
            "with": ["colour"],
        },
        {"id": "head", "title": "人数", "kind": "number", "words": ["多少人"]},
    ]
    said = mistakes(tmp_path, [], bad)

    for line in (
        "_profile.yaml: traits.2.id: 重复：need",
        "_profile.yaml: traits.2.values: 取值重复：甲",
        "_profile.yaml: traits.3.ask: 要问的项目必须写明怎么问",
        "_profile.yaml: traits.3.with: 没有这一项：colour",
        "_profile.yaml: traits.4.words: 数字类的说法里要有 {n}",
    ):
        assert line in said
    assert "_profile.yaml: traits.0.asks: 没有这个字段" in mistakes(tmp_path, [], [{**TRAITS[0], "asks": "x"}])


def test_what_cannot_be_yet_is_known_without_asking(corpus: PolicyCorpus) -> None:
    """没打算上市的，不用问走到哪一步；打算上市的，没说就是不知道；说了的算数。"""
    complete = corpus.profile.completed

    assert complete({"need": ("招大学生",)})["stage"] == complete({"need": ()})["reform"] == ()
    assert "stage" not in complete({"need": ("上市股改",)})
    assert "reform" not in complete({"need": (), "stage": ("股改中",)})
    assert complete({"need": (), "stage": ("已挂牌",)})["stage"] == ("已挂牌",)
    assert complete({}) == {}


def test_a_precondition_is_checked(tmp_path: Path) -> None:
    """after 和 nothing 要写已有的项目和取值。"""
    bad = [
        {**TRAITS[0], "nothing": "没有打算"},
        {"id": "stage", "title": "进展", "kind": "one", "values": [{"name": "甲"}], "after": {"trait": "plan", "any_of": ["甲"]}},
        {"id": "step", "title": "步骤", "kind": "one", "values": [{"name": "甲"}], "after": {"trait": "need", "any_of": ["乙"]}},
    ]  # fmt: skip
    said = mistakes(tmp_path, [], bad)

    for line in (
        "_profile.yaml: traits.0.nothing: 没有这个取值：没有打算",
        "_profile.yaml: traits.1.after.trait: 要写排在前面的一项，这里是：plan",
        "_profile.yaml: traits.2.after.any_of: “打算”没有这个取值：乙",
    ):
        assert line in said
