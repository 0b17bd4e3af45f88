"""Yes and no in any wording, corrections, and what a longer message opens with."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.content.intent_loading import read_lists
from zhiqibot.content.reading import content_root
from zhiqibot.core.errors import ContentError
from zhiqibot.dialogue.repair import Correction, find_correction, is_correction, nearest
from zhiqibot.dialogue.short_answers import opening_move, short_answer, use


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("是的", "yes"),
        ("嗯嗯，对", "yes"),
        ("行，就这样吧", "yes"),
        ("中！", "yes"),
        ("👌", "yes"),
        ("OK", "yes"),
        ("没问题，提交吧", "yes"),
        ("不对", "no"),
        ("先别", "no"),
        ("算了", "cancel"),
        ("算了，不报了", "cancel"),
        ("不用了谢谢", "cancel"),
        ("跳过", "skip"),
        ("不知道呀", "skip"),
        ("再说一遍", "repeat"),
        ("啥？", "repeat"),
        ("继续", "resume"),
        ("停电了", None),
        ("对面的厂也停电了", None),
        ("好的，但是地址错了", None),
        ("", None),
        ("。。。", None),
        ("是" * 30, None),
    ],
)
def test_a_short_answer_is_understood_in_any_wording(text: str, move: str | None) -> None:
    """是、否、取消、跳过、重说、继续的各种说法；带了别的内容就不算。"""
    assert short_answer(text) == move


@pytest.mark.parametrize(
    ("text", "move", "rest"),
    [
        ("算了，帮我查一下进度", "cancel", "帮我查一下进度"),
        ("对！赶紧的", "yes", "赶紧的"),
        ("不对，是燃气", "no", "是燃气"),
        ("车间停电了，快来", None, "快来"),
        ("停电了", None, "停电了"),
        ("确认", None, "确认"),
        ("", None, ""),
    ],
)
def test_what_a_longer_message_opens_with(text: str, move: str | None, rest: str) -> None:
    """先说了取消或确认，后面还有话的，两样都听见。"""
    assert opening_move(text) == (move, rest)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("不对，是燃气不是电", "电", "燃气"),
        ("不是电，是燃气", "电", "燃气"),
        ("应该是五号楼，不是三号楼", "三号楼", "五号楼"),
        ("把三号楼改成五号楼", "三号楼", "五号楼"),
        ("周三改为周四吧", "周三", "周四"),
        ("三个人换成五个人", "三个人", "五个人"),
    ],
)
def test_a_correction_names_what_takes_whose_place(text: str, old: str, new: str) -> None:
    """更正句里听得出把什么换成什么。"""
    assert find_correction(text) == Correction(new, old)
    assert is_correction(text)


@pytest.mark.parametrize("text", ["车间停电了", "是不是停电了", "电费是多少", "好的", "", "改天再说"])
def test_other_sentences_correct_nothing(text: str) -> None:
    """普通的话不是更正。"""
    assert find_correction(text) is None


@given(st.text(max_size=120))
def test_repair_takes_any_text(text: str) -> None:
    """任何文字都能判断，剩余部分是原文的一截，更正不会是空的。"""
    short_answer(text)
    move, rest = opening_move(text)
    correction = find_correction(text)

    assert rest in text
    assert move is None or rest != text
    assert correction is None or (correction.new and correction.old and correction.new != correction.old)


def test_the_words_of_short_answers_are_content(tmp_path: Path) -> None:
    """简短回答的说法写在 `_slots.yaml`：加一个说法就听得懂；一个说法写在两处要报错。"""
    file = tmp_path / "_slots.yaml"
    file.write_text("'yes': [妥妥的]\nskip: [掠过]\n", encoding="utf-8")

    try:
        use(read_lists(tmp_path))
        assert (short_answer("妥妥的"), short_answer("掠过吧"), short_answer("跳过")) == ("yes", "skip", None)
    finally:
        use(read_lists(content_root() / "intents"))
    assert short_answer("跳过") == "skip"

    file.write_text("'yes': [妥妥的]\ncancel: [妥妥的]\n", encoding="utf-8")
    with pytest.raises(ContentError, match="妥妥的"):
        read_lists(tmp_path)


@pytest.mark.parametrize(
    ("story", "said", "found"),
    [
        ("厂里停电了，机器都停了", "是停水", Correction("停水", "停电")),
        ("2号楼漏雨", "是3号楼", Correction("3号楼", "2号楼")),
        ("门口的路坏了", "是停水", None),
        ("停电又停气", "停水", None),
    ],
)
def test_the_word_meant_is_found_by_its_likeness(story: str, said: str, found: Correction | None) -> None:
    """只说“不对，是停水”，也知道换的是“停电”；有两处都像就不猜。"""
    assert nearest({"description": story}, said) == found
