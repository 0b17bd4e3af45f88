"""Imported documents in a conversation: people ask, and go on asking, as they talk."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.policy_import.conftest import OFFICE, ReadFile
from tests.policy_import.test_asked_of_a_clause import ROBOTS
from zhiqibot.deployment import load_content, load_language, open_policy_desk
from zhiqibot.directory.model import Person, Role
from zhiqibot.rehearsal import Rehearsal
from zhiqibot.settings import Settings
from zhiqibot.storage.database import open_database
from zhiqibot.topics.policies.documents import service

OURS = ROBOTS.replace("柳溪县", "方城县").replace("柳政", "方政")
OLD = OURS.replace("2026", "2023").replace("工业机器人", "激光切割机").replace("智能制造", "装备升级")
Talk = Callable[[], Callable[[str], str]]


@pytest.fixture(scope="module")
def talk(read: ReadFile, tmp_path_factory: pytest.TempPathFactory) -> Talk:
    """The whole product of 方城县 with two imported documents, one of them expired; each talk is a fresh one."""
    settings, now = Settings(), datetime.fromisoformat("2026-11-23T10:00:00+08:00")
    content = load_content(settings)
    understander = load_language(settings, content, semantic=False)
    database = open_database("sqlite://")
    database.create_tables()
    with database.write() as session:
        session.add(Person(id=OFFICE, role=Role.OFFICE, name=b"sealed", active=True))
        session.flush()
        for name, text in (("新", OURS), ("旧", OLD)):
            path: Path = tmp_path_factory.mktemp("imported") / f"{name}.txt"
            path.write_text(text, encoding="utf-8")
            row, _ = service.store_draft(session, *read(path), "方城县", now)
            service.approve(session, row.id, OFFICE, now)
    desk = open_policy_desk(settings, content, understander, database)

    def fail(text: str, error: Exception) -> None:
        raise AssertionError(text) from error

    return lambda: Rehearsal(settings, content, understander, desk, now, fail).stage("enterprise", {}).say


def test_a_conversation_about_a_clause(talk: Talk) -> None:
    """问最高、说错数、问材料、问怎么申请、问还有没有效，一路都说的是这一条、这一份。"""
    says = talk()

    assert says("工业机器人补贴最高多少").startswith("每家最高30万元。")
    assert "和您说的不一样" in says("不是补50万吗")
    papers = says("要什么材料")
    assert "设备发票复印件" in papers
    assert "30万元" not in papers
    assert "县政务服务大厅" not in papers
    assert "企业向县工信局申报" in says("怎么申请")
    assert "现行有效，有效期到2028-02-29" in says("这个文件还有效吗")


def test_a_conversation_about_an_expired_document(talk: Talk) -> None:
    """已到期的：先说哪天到期，再说原来的规定；接着问有效没有，说的还是它。"""
    says = talk()

    first = says("激光切割机补贴最高多少")
    assert first.startswith("《方城县支持装备升级若干措施》（方政〔2023〕5号）已于2025-02-28到期")
    assert "原来的规定" in first
    assert "没有找到" not in first
    assert "已于2025-02-28到期" in says("这个政策还有效吗")


@pytest.mark.parametrize("asked", ["方政〔2023〕5号过期了没", "方城县支持装备升级若干措施还有效吗"])
def test_a_document_is_asked_after_by_its_number_or_title(asked: str, talk: Talk) -> None:
    """按文号、标题问有没有过期，不会当成查诉求编号。"""
    assert "已于2025-02-28到期" in talk()(asked)
