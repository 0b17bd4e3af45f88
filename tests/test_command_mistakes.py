"""Commands used wrongly: one kind Chinese line, an exit code of 1 or 2, and nothing changed."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from zhiqibot.cli import main

Told = tuple[int, str, str]
Run = Callable[..., Told]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The whole command line as the shell calls it, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZHIQIBOT_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("ZHIQIBOT_DATABASE_URL", raising=False)

    def one(*words: object, **settings: str) -> Told:
        for name, value in settings.items():
            monkeypatch.setenv(f"ZHIQIBOT_{name.upper()}", value)
        monkeypatch.setattr("sys.argv", ["zhiqibot", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return one


def in_chinese(told: str) -> bool:
    """No traceback, no library's words: every line holds Chinese."""
    return bool(told) and all(any("\u4e00" <= char <= "\u9fff" for char in line) for line in told.strip().split("\n"))


@pytest.mark.parametrize("words", [("policy", "list"), ("policy", "gaps"), ("db", "upgrade"), ("run",)])
@pytest.mark.parametrize(("url", "said"), [("foo", "数据库地址看不懂"), ("sqlite:///乱.db", "不是数据库")])
def test_a_database_that_is_none_is_told(words: tuple[str, ...], url: str, said: str, run: Run, tmp_path: Path) -> None:
    """地址写错、文件不是数据库：一句话说清，不报一堆错，文件原样不动。"""
    (tmp_path / "乱.db").write_bytes(bytes(range(256)) * 40)

    code, _, told = run(*words, database_url=url)

    assert code == 1
    assert said in told
    assert in_chinese(told)
    assert (tmp_path / "乱.db").read_bytes() == bytes(range(256)) * 40


def test_a_server_that_does_not_answer_is_told(run: Run) -> None:
    """数据库没开：说连不上，不说“结构不一致”。"""
    code, _, told = run("policy", "list", database_url="postgresql://nobody@127.0.0.1:1/none")

    assert (code, "连不上" in told, in_chinese(told)) == (1, True, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("policy", "approve", "ZC1", "--by", "x", "--issued", "2026-13-45"), "看不懂日期“2026-13-45”"),
        (("policy", "import"), "缺少参数 文件..."),
        (("policy", "gaps", "--show", "0"), "0 不在 1 到 999999 之间"),
        (("policy", "gaps", "--export", "."), "是文件夹"),
        (("search", "--docs", ".", "--jsonl"), "是文件夹"),
        (("search", "--docs", "没有.jsonl", "--jsonl"), "不存在"),
        (("search", "--docs", "docs.jsonl", "--jsonl", "--top", "0"), "0 不在 1 到 1000 之间"),
        (("run", "--port", "99999999"), "不在 0 到 65535 之间"),
    ],
)
def test_a_wrong_option_is_told_in_chinese(words: tuple[str, ...], said: str, run: Run, tmp_path: Path) -> None:
    """日期、数字、文件名写错：用中文说哪一项不对。"""
    (tmp_path / "docs.jsonl").write_text('{"id":1,"text":"甲"}\n', encoding="utf-8")

    code, _, told = run(*words)

    assert code == 2
    assert said in told
    assert "Invalid" not in told
    assert in_chinese(told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{"id":"a","text":"x"}\n\n{"id":"a","text":"y"}\n', "第 3 行的 id “a”与第 1 行重复"),
        (b'{"id":1,"text":"x"}\n{"id":"1","text":"y"}\n', "第 2 行的 id “1”与第 1 行重复"),
        (b'{"id":1,"text":"x"}\n{bad\n', "第 2 行不是 JSON"),
        (b"[1]\n", "第 1 行应为一个 JSON 对象"),
        (b'{"text":"x"}\n', "第 1 行没有 id"),
        (b"[" * 100_000, "嵌套太深"),
        (b"", "没有文档"),
        ("{'id':'中文'}".encode("gbk"), "UTF-8"),
    ],
)
def test_documents_that_cannot_be_searched_are_refused(text: bytes, said: str, run: Run, tmp_path: Path) -> None:
    """检索用的文档：编号重复、不是 JSON、空文件、编码不对，都说明是第几行，一个答案也不给。"""
    (tmp_path / "docs.jsonl").write_bytes(text)

    code, out, told = run("search", "--docs", "docs.jsonl", "--jsonl", "--no-semantic")

    assert (code, out) == (1, "")
    assert said in told
    assert in_chinese(told)


def test_a_script_that_is_no_file_is_told(run: Run, tmp_path: Path) -> None:
    """对话文件不存在、是文件夹：用中文说。"""
    for name, said in (("没有.jsonl", "找不到"), (".", "是文件夹")):
        code, _, told = run("chat", "--script", name)
        assert (code, said in told, in_chinese(told)) == (1, True, True)


def test_lines_of_a_script_that_are_none_are_refused_and_the_others_play(run: Run, tmp_path: Path) -> None:
    """turns 写成一句话、world 写成文字、角色写错、缺编号、日期不对：那一行不播放，说明第几行；好的照样播放。"""
    good = {"id": "好", "turns": ["你好"]}
    bad = [
        {**good, "turns": "你好"},
        {**good, "turns": ["你好", 3]},
        {**good, "world": "x"},
        {**good, "role": "boss"},
        {**good, "world": {"tickets": [{}]}},
        {**good, "world": {"sessions": [{"kind": "早餐", "date": "12月4日"}]}},
    ]
    lines = [json.dumps(one, ensure_ascii=False) for one in [*bad, good]]
    (tmp_path / "s.jsonl").write_text("\n".join([*lines, "{bad"]), encoding="utf-8")

    code, out, told = run("chat", "--script", "s.jsonl")

    assert code == 1
    records = [json.loads(line) for line in out.strip().split("\n")]
    assert [bool(one["replies"]) for one in records] == [False] * 6 + [True, False]
    assert all(one.get("error") for one in records if not one["replies"])
    assert "第 1、2、3、4、5、6、8 行" in told


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_backup_never_replaces_a_folder_or_copies_what_is_no_database(run: Run, tmp_path: Path) -> None:
    """备份到文件夹、备份一个不是数据库的文件：说明白，不留下半个备份。"""
    (tmp_path / "乱.db").write_bytes(os.urandom(4096))
    assert "是文件夹" in run("db", "backup", ".", database_url="sqlite:///乱.db")[2]

    code, _, told = run("db", "backup", "备份.db")

    assert (code, "不是数据库" in told) == (1, True)
    assert not (tmp_path / "备份.db").exists()


def test_what_is_not_there_is_told_without_words_of_the_chat(run: Run, tmp_path: Path) -> None:
    """编号不存在、没有权限：命令行里不说“发给我”“转人工”。"""
    for words in (("policy", "show", "ZC0009"), ("policy", "approve", "ZC0009", "--by", "nobody")):
        code, _, told = run(*words)
        assert (code, in_chinese(told)) == (1, True)
        assert not [word for word in ("发给我", "我的诉求", "转人工") if word in told]


def test_a_backup_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    """备份写不进去：一句话说清。"""
    run("policy", "list")
    (tmp_path / "文件").write_text("", encoding="utf-8")

    code, _, told = run("db", "backup", "文件/备份.db")

    assert (code, in_chinese(told)) == (1, True)
