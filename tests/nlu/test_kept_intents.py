"""The content is kept as it was read: the same objects, and read again as soon as anything is written."""

import shutil
from pathlib import Path

import pytest

from zhiqibot.content import kept_intents
from zhiqibot.content.intent_loading import load_intents
from zhiqibot.content.intents import IntentContent
from zhiqibot.content.kept_intents import load_intents_kept
from zhiqibot.content.reading import content_root
from zhiqibot.core.errors import ContentError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(content_root() / "intents", tmp_path / "intents"))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were read from YAML."""
    folders: list[Path] = []

    def reading(folder: Path, own: Path | None = None) -> IntentContent:
        folders.append(folder)
        return load_intents(folder, own)

    monkeypatch.setattr(kept_intents, "load_intents", reading)
    return folders


def test_the_second_start_reads_what_the_first_kept(folder: Path, tmp_path: Path, read: list[Path]) -> None:
    """第二次启动直接用上次读好、查过的内容，与重新读的一模一样。"""
    first = load_intents_kept(folder, None, tmp_path / "cache")
    second = load_intents_kept(folder, None, tmp_path / "cache")

    assert len(read) == 1
    assert second == first == load_intents(folder)
    assert second.digest == first.digest
    assert [second.labelled(), second.outside(), second.topical()] == [
        first.labelled(),
        first.outside(),
        first.topical(),
    ]


def test_any_change_is_read(folder: Path, tmp_path: Path, read: list[Path]) -> None:
    """改了例句、加了自己的例句，都重新读；写错了照样逐条报。"""
    cache, own = tmp_path / "cache", tmp_path / "intents.local"
    load_intents_kept(folder, own, cache)
    own.mkdir()
    (own / "urge_ticket.yaml").write_text("id: urge_ticket\nsays: [那事恁再给撵撵呗]\n", encoding="utf-8")
    assert "那事恁再给撵撵呗" in load_intents_kept(folder, own, cache).intents["urge_ticket"].says
    (folder / "greet.yaml").write_text("id: greet\nsay: [嗨]\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ContentError, match=r"greet\.yaml: say: "):
            load_intents_kept(folder, own, cache)
    assert len(read) == 4


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", b'{"intents": {}'])
def test_a_damaged_file_is_read_again(folder: Path, tmp_path: Path, read: list[Path], damage: bytes) -> None:
    """存下的文件坏了、空了，重新读原文件，并且重新存好。"""
    cache = tmp_path / "cache"
    load_intents_kept(folder, None, cache)
    (path,) = cache.glob("intents-*.json")
    path.write_bytes(damage)

    assert load_intents_kept(folder, None, cache) == load_intents(folder)
    assert load_intents_kept(folder, None, cache) == load_intents(folder)
    assert len(read) == 2


def test_nowhere_to_keep_it(folder: Path, tmp_path: Path, read: list[Path]) -> None:
    """缓存目录写不进去也照常启动。"""
    blocked = tmp_path / "cache"
    blocked.write_text("a file stands where the folder should", encoding="utf-8")

    assert load_intents_kept(folder, None, blocked) == load_intents(folder)
    assert len(read) == 1


def test_only_the_newest_are_left(folder: Path, tmp_path: Path) -> None:
    """只留最近几份。"""
    for number in range(5):
        (folder / "thanks.yaml").write_text(
            f"id: thanks\ntitle: 道谢\nroles: [enterprise]\nsays: [谢谢{number}, 多谢了啊, 辛苦辛苦了哈]\n",
            encoding="utf-8",
        )
        load_intents_kept(folder, None, tmp_path / "cache")
    assert len(list((tmp_path / "cache").glob("intents-*"))) == kept_intents.KEPT
