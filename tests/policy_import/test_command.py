"""`zhiqibot policy`: what the officer types, and what comes back in words."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.policy_import.conftest import CLERK, OFFICE
from tests.policy_import.samples import SAMPLE, zip_bomb
from zhiqibot.cli import cli
from zhiqibot.directory.model import Person, Role
from zhiqibot.storage import migrate
from zhiqibot.storage.database import open_database

Run = Callable[..., Result]
NOW = "2026-11-23T10:00"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line over a database of its own with one person of the office and one clerk."""
    monkeypatch.setenv("ZHIQIBOT_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("ZHIQIBOT_DATABASE_URL", raising=False)
    database = open_database(f"sqlite:///{tmp_path / 'var' / 'zhiqibot.db'}")
    migrate.upgrade(database)
    with database.write() as session:
        people = ((OFFICE, Role.OFFICE), (CLERK, Role.CLERK))
        session.add_all(Person(id=key, role=role, name=b"sealed", active=True) for key, role in people)
    database.close()
    return lambda *words: CliRunner().invoke(cli, ["policy", *map(str, words), "--now", NOW])


def test_import_show_approve_list_repeal(run: Run) -> None:
    """导入、查看、审定、列出、废止，一路走通；每一步都说明结果和下一步。"""
    imported = run("import", SAMPLE)
    assert imported.exit_code == 0
    assert "待审定" in imported.output
    assert "zhiqibot policy approve ZC0001" in imported.output
    assert "ZC0001" in run("drafts").output

    approved = run("approve", "zc0001", "--by", OFFICE, "--issued", "2026-03-10")
    assert "现行有效" in approved.output
    assert "2026-03-10" in run("show", "ZC0001").output
    assert "没有待审定的" in run("drafts").output

    assert "已废止（到期）" in run("repeal", "ZC0001", "--by", OFFICE, "--why", "到期").output
    assert "已废止" in run("list").output


def test_import_and_approve_in_one_step(run: Run) -> None:
    """导入同时审定；再导入一次，只说导入过了。"""
    assert "现行有效" in run("import", SAMPLE, "--approve", "--by", OFFICE).output

    assert "导入过了" in run("import", SAMPLE).output


def test_one_bad_file_does_not_hold_up_the_good_one(run: Run, tmp_path: Path) -> None:
    """一批里有炸弹：好的照样导入，坏的说清原因，退出码不为零。"""
    bomb = zip_bomb(tmp_path / "炸弹.docx", 60)

    result = run("import", bomb, SAMPLE, tmp_path / "没有.docx")

    assert result.exit_code == 1
    assert "《炸弹.docx》没有导入" in result.output
    assert "有 2 份文件没有导入" in result.output
    assert run("list").output.count("ZC0") == 1


def test_a_bad_file_changes_nothing(run: Run, tmp_path: Path) -> None:
    """只导入坏文件：库里什么也没有多出来。"""
    run("import", zip_bomb(tmp_path / "炸弹.docx", 60))

    assert "还没有导入过" in run("list").output


def test_who_may_not_approve_is_told_and_leaves_no_draft(run: Run) -> None:
    """经办人带 --approve 导入：说明要助企办权限，连草稿也不留。"""
    result = run("import", SAMPLE, "--approve", "--by", CLERK)

    assert result.exit_code == 1
    assert "助企办权限" in result.output
    assert "还没有导入过" in run("list").output


def test_approving_needs_a_name(run: Run) -> None:
    """--approve 不写工号，不导入。"""
    assert run("import", SAMPLE, "--approve").exit_code == 2
    assert run("show", "ZC0009").exit_code == 1


def test_an_expired_document_is_warned_of(run: Run, tmp_path: Path) -> None:
    """有效期已过的文件：预览、审定都提醒，说明只会按到期答复、怎么改正；清单里标“已到期”。改了有效期就不再提醒。"""
    old, older = (tmp_path / f"{year}.txt" for year in (2021, 2020))
    for path in (old, older):
        text = (
            SAMPLE.read_text(encoding="utf-8")
            .replace("2026年", f"{path.stem}年")
            .replace("〔2026〕", f"〔{path.stem}〕")
        )
        path.write_text(text, encoding="utf-8")

    assert "有效期到 2023-03-31，已经过了" in run("import", old).output
    approved = run("approve", "ZC0001", "--by", OFFICE)
    assert approved.exit_code == 0
    assert "只按“已到期”答复" in approved.output
    assert "已到期" in run("list").output

    run("import", older)
    assert "已经过了" not in run("approve", "ZC0002", "--by", OFFICE, "--until", "2027-12-31").output


def test_what_is_no_file_is_said_so(run: Run, tmp_path: Path) -> None:
    """不存在、是文件夹、是管道：各说各的，不卡住，不说“损坏”。"""
    folder, pipe = tmp_path / "政策.docx", tmp_path / "管道.txt"
    folder.mkdir()
    os.mkfifo(pipe)

    for path, said in ((tmp_path / "没有.docx", "找不到"), (folder, "文件夹"), (pipe, "不是普通文件")):
        result = run("import", path)
        assert result.exit_code == 1
        assert said in result.output
        assert "损坏" not in result.output
