"""Labels become the operator's own sentences: once, beside what is there, and never against it."""

from pathlib import Path

import pytest
import yaml

from tests.learning.conftest import OTHER, OWNER, Town
from tests.learning.test_keeping import OUTAGE, UNCLEAR
from zhiqibot.content.intent_loading import load_intents
from zhiqibot.content.own_writing import add_sentence
from zhiqibot.core.errors import Conflict, ContentError
from zhiqibot.learning.model import State
from zhiqibot.learning.review import NoSuchMessage


def content_of(town: Town) -> list[tuple[str, str]]:
    return load_intents(town.settings.content_dir / "intents", town.settings.own_intents).labelled()


def test_a_label_is_written_and_settles_the_message(town: Town) -> None:
    """标注以后写进 intents.local，这一条不再等待；再标一次会被拒绝。"""
    town.person(OWNER).says(UNCLEAR)
    (kept,) = town.kept()
    written = town.label(kept, "book_event")

    assert written == town.settings.own_intents / "book_event.yaml"
    assert (UNCLEAR, "book_event") in content_of(town)
    (row,) = town.rows()
    assert (row.state, row.label, row.settled_at) == (State.LABELLED, "book_event", town.now)
    with pytest.raises(Conflict, match="已经处理过"):
        town.label(kept, "book_event")


def test_a_label_with_a_topic(town: Town) -> None:
    """分主题的意图可以带主题；不分的、没有的主题都说清楚。"""
    owner = town.person(OWNER)
    owner.says(UNCLEAR)
    (kept,) = town.kept()
    for intent, topic, said in (
        ("book_event", "land", "不分主题"),
        ("report_issue", "moon", "没有 moon 这个主题"),
        ("fly", "", "没有 fly"),
    ):
        with pytest.raises(Conflict, match=said):
            town.label(kept, intent, topic=topic)

    town.label(kept, "report_issue", topic="land", wording="那个证的表咋填嘞，13812345678")
    own = yaml.safe_load((town.settings.own_intents / "report_issue.yaml").read_text(encoding="utf-8"))
    assert own == {"id": "report_issue", "says_by_topic": {"land": ["那个证的表咋填嘞，138****5678"]}}


def test_not_for_us(town: Town) -> None:
    """标成与我们无关，也是学。"""
    town.person(OWNER).says(UNCLEAR)
    town.label(town.kept()[0], "out_of_scope")
    content = load_intents(town.settings.content_dir / "intents", town.settings.own_intents)
    assert UNCLEAR in content.outside()


def test_a_sentence_never_means_two_things(town: Town) -> None:
    """已经是别的意图例句的话不写第二遍；已经是这个意图的例句，只记为标注。"""
    town.person(OWNER).says(UNCLEAR)
    (kept,) = town.kept()
    add_sentence(town.settings.own_intents, "ticket_status", f"{UNCLEAR}？")
    with pytest.raises(Conflict, match="已经是“查询办理进度”"):
        town.label(kept, "book_event")
    assert not (town.settings.own_intents / "book_event.yaml").exists()

    before = (town.settings.own_intents / "ticket_status.yaml").read_text(encoding="utf-8")
    assert town.label(kept, "ticket_status") is None
    assert (town.settings.own_intents / "ticket_status.yaml").read_text(encoding="utf-8") == before
    assert town.rows()[0].state == State.LABELLED


def test_nothing_is_written_while_the_files_have_mistakes(town: Town) -> None:
    """自己的例句文件有错，先报 文件: 字段: 原因，不往里写。"""
    town.person(OWNER).says(UNCLEAR)
    faulty = town.settings.own_intents / "greet.yaml"
    faulty.parent.mkdir(parents=True)
    faulty.write_text("id: greet\nsay: [嗨呀]\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"intents\.local/greet\.yaml: say: "):
        town.label(town.kept()[0], "book_event")
    assert town.rows()[0].state == State.OPEN


def test_dismissed_does_not_come_back(town: Town) -> None:
    """不采用的不再出现，同一句话再来也不再留。"""
    town.person(OWNER).says(UNCLEAR)
    with town.database.write() as session:
        town.review.dismiss(session, town.kept()[0], town.now)
    town.person(OTHER).says(UNCLEAR)

    assert [row.state for row in town.rows()] == [State.DISMISSED]
    with town.database.read() as session:
        assert town.review.open_messages(session) == []


def test_the_most_telling_come_first(town: Town) -> None:
    """本人更正过的排在拿不准的前面。"""
    owner = town.person(OWNER)
    owner.says(UNCLEAR)
    owner.presses("查询办理进度")
    owner.says("帮我报名早餐会")
    owner.says("不是，我是问最近有什么活动")
    with town.database.read() as session:
        first, second = town.review.open_messages(session)
    assert (first.text, second.text) == ("帮我报名早餐会", UNCLEAR)


def test_ids_are_found_by_their_end(town: Town) -> None:
    """编号写后几位就行；不存在、太短的不认。"""
    town.person(OWNER).says(UNCLEAR)
    (kept,) = town.kept()
    with town.database.read() as session:
        assert town.review.find(session, kept.short_id.upper()).row.id == kept.row.id
        for wrong in ("zzzzzz", kept.row.id[-2:], "", "%%%%"):
            with pytest.raises(NoSuchMessage):
                town.review.find(session, wrong)


def test_a_long_story_is_kept_short(town: Town) -> None:
    """很长的话只留前一段，标注时可以换成一句话。"""
    town.person(OWNER).says(f"{UNCLEAR}，{OUTAGE * 30}")
    assert all(len(kept.text) <= 300 for kept in town.kept())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "# 本单位自己的例句，与产品自带的例句合并使用；可以手工修改。\nid: greet\nsays:\n- 中午好\n"),
        (
            "# 我们的\nid: greet\nsays: # 早\n  - 早啊 # 常听到\n# 尾\n",
            "# 我们的\nid: greet\nsays: # 早\n  - 早啊 # 常听到\n  - 中午好\n# 尾\n",
        ),
        ("id: greet\nsays: [早啊]\n", 'id: greet\nsays: [早啊, "中午好"]\n'),
        ("id: greet\nunlike:\n  thanks: [谢了]\n", "id: greet\nunlike:\n  thanks: [谢了]\nsays:\n- 中午好\n"),
        ("id: greet\nsays:\n", "id: greet\nsays:\n- 中午好\n"),
        ("id: greet\nsays: [] # 空\n", "id: greet\nsays:\n- 中午好\n"),
        ("id: greet\nsays:\n- 早啊", "id: greet\nsays:\n- 早啊\n- 中午好\n"),
    ],
)
def test_the_other_lines_stay(tmp_path: Path, before: str, after: str) -> None:
    """手写的注释和写法都留着，只多一行；同一句不写第二遍。"""
    path = tmp_path / "greet.yaml"
    if before:
        path.write_text(before, encoding="utf-8")
    assert add_sentence(tmp_path, "greet", "中午好")
    assert path.read_text(encoding="utf-8") == after
    assert not add_sentence(tmp_path, "greet", "中午好")


@pytest.mark.parametrize(
    "sentence",
    [
        "- 说的啥",
        "key: value",
        "他说“好”",
        "#话题",
        "'引号\"",
        "null",
        "123",
        "  空格 ",
        "*号138****5678",
        "[图片：表.jpg] 咋填",
        "😀",
        "a\\b",
        "@谁",
        "%号",
        "是",
        "yes",
    ],
)
def test_any_sentence_comes_back_as_it_was(tmp_path: Path, sentence: str) -> None:
    """什么样的话写进去，读出来都一样。"""
    for folder, written in (("a", "id: greet\nsays:\n- 早\n"), ("b", "id: greet\nsays: [早]\n"), ("c", "")):
        path = tmp_path / folder / "greet.yaml"
        path.parent.mkdir()
        if written:
            path.write_text(written, encoding="utf-8")
        assert add_sentence(path.parent, "greet", sentence)
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["says"][-1] == sentence
