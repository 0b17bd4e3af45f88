"""`zhiqibot policy gaps` on a real database file, and the file it exports."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from tests.events.county import speaker
from tests.policy_learning.conftest import OTHER, OWNER, UNKNOWN
from zhiqibot.cli import cli
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.core.crypto import load_vault
from zhiqibot.deployment import Content
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.world import WorldImport
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.settings import Settings
from zhiqibot.storage import migrate
from zhiqibot.storage.database import open_database
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.learning.collecting import Question
from zhiqibot.topics.policies.learning.model import Reason
from zhiqibot.topics.policies.learning.wiring import make_learning

Run = Callable[..., Result]
NOW = "2026-11-25T10:00"


@pytest.fixture
def run(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    content: Content,
    base_desk: PolicyDesk,
) -> Run:
    """The command over a migrated database in which two questions were left open."""
    monkeypatch.setenv("ZHIQIBOT_DATABASE_URL", database_url)
    monkeypatch.setenv("ZHIQIBOT_DATA_DIR", str(tmp_path))
    settings = Settings()
    database, vault = open_database(database_url), load_vault(settings.key_file)
    migrate.upgrade(database)
    gaps = make_learning(base_desk, Directory(vault), Outbox(vault), vault, content.county).gaps
    with database.write() as session:
        WorldImport(vault, now, demo=True).run(session, content.world)
    with database.write() as session:
        for place, (person, text) in enumerate(
            [(OWNER, UNKNOWN), (OTHER, "数控机床购置补贴多少"), (OTHER, "职业介绍补贴能不能由用工企业领")]
        ):
            question = Question(f"m{place}", text, Reason.REFUSED, "talent")
            gaps.collecting.collect(session, speaker(session, person), question, now)
    database.close()

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["policy", "gaps", *arguments, "--now", NOW])

    return invoke


def test_the_whole_way_on_the_command_line(run: Run) -> None:
    """列出、交办、答复、审定、再列出，命令行一路走通。"""
    listed = run()
    assert listed.exit_code == 0
    first = listed.stdout.splitlines()[0].split("\t")
    assert first[:3] == ["1", "2人2次", "没答上来2"]
    assert first[4:] == ["2天", "待交办", UNKNOWN]

    assert "已交 曹建军 解读" in run("--assign", "1", "--to", "曹建军").stderr
    assert "已提交审定" in run("--answer", "1", "--text", "县里没有这项补贴。").stderr
    shown = run("--show", "1").stdout
    assert "待审定（曹建军）" in shown
    assert "也问：数控机床购置补贴多少" in shown
    assert "告知 2 位提问人" in run("--approve", "1", "--by", "office-demo").stderr
    assert "共 1 个" in run().stderr


def test_what_is_wrong_is_said_in_chinese(run: Run) -> None:
    """缺参数、没这个编号、没这个人、角色不对，都说清楚，退出码不为 0。"""
    run()
    for arguments, said in (
        (("--assign", "1"), "--to"),
        (("--approve", "1"), "--by"),
        (("--assign", "1", "--dismiss", "2"), "一次只办一件"),
        (("--assign", "9", "--to", "曹建军"), "没有第9个"),
        (("--assign", "1", "--to", "王小二"), "没有找到政策解读员"),
        (("--approve", "1", "--by", "nobody"), "没有这个工作人员"),
        (("--dismiss", "1", "--by", OWNER), "助企办"),
        (("--approve", "1", "--by", "office-demo"), "还不能审定"),
    ):
        result = run(*arguments)
        assert result.exit_code != 0
        assert said in result.stderr


def test_figures_without_a_source_need_a_second_word(run: Run) -> None:
    """出处没有的数字：不放行，退出码 1，告诉怎么退回、怎么确认；确认后通过，详情里看得到这条记录。"""
    run()
    run("--assign", "1", "--to", "曹建军")
    run("--answer", "1", "--text", "每台补5万元。")

    refused = run("--approve", "1", "--by", "office-demo")
    assert refused.exit_code == 1
    assert "数字 5" in refused.stderr
    assert "zhiqibot policy gaps --approve 1 --by office-demo --figures-checked" in refused.stderr
    assert "待审定" in run("--show", "1").stdout
    assert run("--figures-checked").exit_code == 2

    assert "已审定通过" in run("--approve", "1", "--by", "office-demo", "--figures-checked").stderr
    assert "备注：审定人确认已另行核实出处里没有的数字：5" in run("--show", "1").stdout


def test_approved_answers_become_part_of_the_corpus(run: Run, tmp_path: Path, content: Content) -> None:
    """导出的文件放进政策库能通过检查；没有文件依据的只在注释里说明。"""
    run()
    for number, text, source in (
        ("1", "县里没有这项补贴。", ""),
        ("2", "职业介绍补贴每人300元，由人力资源机构领取。", "方助企联席办〔2022〕4号（一）7"),
    ):
        run("--assign", number, "--to", "韩素云")
        run("--answer", number, "--text", text, "--source", source)
        run("--approve", number, "--by", "office-demo")
    target = tmp_path / "learned.yaml"
    result = run("--export", str(target))

    assert "已写出 1 条" in result.stderr
    text = target.read_text(encoding="utf-8")
    assert "第1个（未载明于文件）" in text
    (entry,) = yaml.safe_load(text)["faq"]
    assert entry["questions"] == ["职业介绍补贴能不能由用工企业领"]
    assert "fc-talent-07a" in entry["cites"]

    folder = tmp_path / "policy_faq"
    source_folder = Settings().content_dir / "policy_faq"
    for path in source_folder.rglob("*.yaml"):
        place = folder / path.relative_to(source_folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "faq" / "learned.yaml").write_text(text, encoding="utf-8")
    corpus = load_policies(folder)
    assert corpus.faqs[entry["id"]].answer == entry["answer"]


def test_a_database_that_is_not_ready_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    """数据库还没建好，提示先升级，不报一堆错。"""
    monkeypatch.setenv("ZHIQIBOT_DATABASE_URL", database_url)
    monkeypatch.setenv("ZHIQIBOT_DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(cli, ["policy", "gaps"])

    assert result.exit_code == 1
    assert "zhiqibot db upgrade" in result.stderr
