"""Cutting and escaping of texts."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiqibot.channels.pacing import Pace, Progress, Recent
from zhiqibot.channels.text import (
    file_name,
    invisible_mark,
    split,
    split_bytes,
    telegram_html,
    utf8_size,
    utf16_size,
    wecom_plain,
    without_marks,
)

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@given(ANY, st.integers(8, 90), st.sampled_from([len, utf8_size, utf16_size]))
def test_pieces_fit_and_lose_only_blanks(text: str, limit: int, size: object) -> None:
    """任何文本切开后每段都不超限，拼回去一字不少。"""
    assert callable(size)
    pieces = split(text, limit, size)
    assert all(0 < size(piece) <= limit for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


def test_a_cut_falls_at_a_sentence_end() -> None:
    """优先在句末断开。"""
    assert split_bytes("第一句话说完了。第二句话很长很长", 36) == ["第一句话说完了。", "第二句话很长很长"]


def test_a_joined_emoji_is_not_torn() -> None:
    """组合表情不拆开。"""
    family = "👨‍👩‍👧"
    assert split("啊" * 3 + family, 5) == ["啊啊啊", family]


@given(ANY)
def test_html_shows_every_character_as_typed(text: str) -> None:
    """转义后读出来仍是原文，只可能多出防提及的不可见字符。"""
    shown = telegram_html(text)
    assert not re.search(r"<|&(?!amp;|lt;|gt;)", shown)
    assert without_marks(html.unescape(shown)) == without_marks(text)


def test_names_do_not_call_anybody_but_mail_addresses_stay() -> None:
    """@某人 不会变成提及，邮箱原样。"""
    assert "@zhang" not in telegram_html("找 @zhangsan_1 问")
    assert telegram_html("a@example.com @所有人") == "a@example.com @所有人"


@pytest.mark.parametrize(
    "tag", ['<a href="http://x">点</a>', "< a href=x>", "</a>", "<@all>", "<!-- -->", "<A HREF=x>"]
)
def test_no_tag_survives_for_wecom(tag: str) -> None:
    """企业微信文本里不会出现可点的标签。"""
    assert "<" not in wecom_plain(tag)
    assert wecom_plain("1 < 2，a<3") == "1 < 2，a<3"


def test_marks_differ_by_key_and_can_be_taken_away() -> None:
    """同一键的标记不变，不同键不同，去掉后是原文。"""
    assert invisible_mark("a#0") == invisible_mark("a#0")
    assert len({invisible_mark(f"k{n}") for n in range(500)}) == 500
    assert without_marks("好的" + invisible_mark("a")) == "好的"


def test_file_names_cannot_leave_their_header_or_folder() -> None:
    """文件名里的换行、引号、路径符都去掉，中文保留。"""
    assert file_name('..\\a/"b"\r\nX: 表.docx', "file") == "abX 表.docx"
    assert file_name("\x00", "file") == "file"


def test_a_window_never_holds_more_than_its_limit() -> None:
    """任意一分钟内不超过上限，连突发也算。"""
    now = 0.0
    pace = Pace(30, monotonic=lambda: now)
    sent: list[float] = []
    for step in range(2000):
        now = step * 0.1
        if pace.wait_s("a") == 0:
            sent.append(now)
    assert all(sum(1 for other in sent if start <= other < start + 60) <= 30 for start in sent)
    assert len(sent) == 120  # 200 seconds begin four windows


def test_progress_remembers_parts_until_finished_and_forgets_the_oldest() -> None:
    """已发的部分记到整条发完；记得太多时先忘最早的。"""
    progress = Progress()
    progress.add("k", "1")
    progress.add("k", "2")
    assert progress.receipts("k") == ("1", "2")
    assert progress.finish("k") == "1,2"
    assert progress.receipts("k") == ()
    recent: Recent[int] = Recent(2)
    for number in range(3):
        recent.put(str(number), number)
    assert recent.get("0") is None
    assert recent.get("2") == 2
