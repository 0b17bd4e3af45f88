"""`zhiqibot review` on a real database: with options, and at the terminal."""

import json
from collections.abc import Callable, Iterator

import pytest
import yaml
from click.testing import CliRunner, Result
from prompt_toolkit import PromptSession
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.learning.conftest import CLERK, OWNER, Town
from tests.learning.test_keeping import OUTAGE, UNCLEAR, reported
from zhiqibot.cli import cli
from zhiqibot.commands.review_terminal import Terminal, as_key
from zhiqibot.content.intent_loading import load_intents
from zhiqibot.storage import migrate
from zhiqibot.storage.database import Database, open_database

Run = Callable[..., Result]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """As an operator's: made by the migrations."""
    opened = open_database(database_url)
    migrate.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def run(town: Town, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command over the county's database, in which a question was asked back."""
    town.person(OWNER).says(f"{UNCLEAR}，13812345678")
    for name in ("content_dir", "data_dir", "cache_dir"):
        monkeypatch.setenv(f"ZHIQIBOT_{name.upper()}", str(getattr(town.settings, name)))
    monkeypatch.setenv("ZHIQIBOT_DATABASE_URL", database_url)
    monkeypatch.setenv("ZHIQIBOT_SEMANTIC", "false")
    return lambda *arguments: CliRunner().invoke(cli, ["review", *arguments, "--now", "2026-11-23T12:00"])


def test_list_label_export(run: Run, town: Town) -> None:
    """列出、标注、导出；没有终端时不带选项就是列出。"""
    listed = run()
    assert listed.exit_code == 0
    number, when, role, reason, read, text = listed.stdout.splitlines()[0].split("\t")
    assert (when, role, reason) == ("11-23 10:00", "企业", "拿不准")
    assert "(0." in read
    assert text == f"{UNCLEAR}，138****5678"
    assert run("--list").stdout == listed.stdout

    done = run("--label", number, "book_event", "--wording", UNCLEAR)
    assert done.exit_code == 0, done.stderr
    assert f"已写入 intents.local/book_event.yaml：{UNCLEAR}" in done.stderr
    assert "没有待复核的消息" in run().stderr
    (line,) = run("--export").stdout.splitlines()
    record = json.loads(line)
    assert (record["state"], record["label"], record["text"]) == ("labelled", "book_event", text)
    assert "13812345678" not in line


def test_dismiss_and_names(run: Run) -> None:
    """不采用；列出意图和主题的编号。"""
    number = run().stdout.split("\t")[0]
    assert "不会再出现" in run("--dismiss", number).stderr
    names = run("--intents").stdout
    assert "book_event\t报名活动" in names
    assert "--topic land\t" in names


def test_what_is_wrong_is_said_in_chinese(run: Run) -> None:
    """编号不对、意图不对、选项不对，都说清楚，退出码不为 0。"""
    number = run().stdout.split("\t")[0]
    for arguments, said in (
        (("--label", "zzzzzz", "book_event"), "没有找到编号为 zzzzzz"),
        (("--label", number, "fly"), "没有 fly 这个意图"),
        (("--label", number, "book_event", "--topic", "land"), "不分主题"),
        (("--dismiss", number, "--list"), "一次只办一件事"),
        (("--topic", "land"), "--label"),
    ):
        result = run(*arguments)
        assert result.exit_code != 0
        assert said in result.stderr


def test_check_reads_the_own_sentences(run: Run, town: Town) -> None:
    """zhiqibot check 连同自己的例句一起查，按 文件: 字段: 原因 列出。"""
    town.settings.own_intents.mkdir(parents=True)
    (town.settings.own_intents / "greet.yaml").write_text("id: greet\nsay: [嗨]\n", encoding="utf-8")
    (town.settings.own_intents / "fly.yaml").write_text("id: fly\nsays: [飞]\n", encoding="utf-8")
    (town.settings.own_intents / "urge_ticket.yaml").write_text(
        "id: urge_ticket\nsays: [查一下进度]\nsays_by_topic: {moon: [催]}\n", encoding="utf-8"
    )
    result = CliRunner().invoke(cli, ["check", "--now", "2026-11-23T12:00"])

    assert result.exit_code == 1
    for said in (
        "intents.local/greet.yaml: say: ",
        "intents.local/fly.yaml: id: 没有这个意图",
        "says_by_topic.moon: 没有这个主题",
    ):
        assert said in result.stdout


def sit_down(town: Town, typed: str) -> Terminal:
    """Review at a terminal where this is typed."""
    content = load_intents(town.settings.content_dir / "intents", town.settings.own_intents)
    with create_pipe_input() as keyboard:
        keyboard.send_text(typed)
        session: PromptSession[str] = PromptSession(input=keyboard, output=DummyOutput())
        terminal = Terminal(town.database, town.review, content, town.now, session)
        terminal.run()
    return terminal


def test_at_the_terminal(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    """一条一条看：看得到当时的理解和问话，打一个数字就标注，改派的先选主题。"""
    owner = town.person(OWNER)
    owner.says(UNCLEAR)
    owner.presses("报名活动")
    number = reported(town, OUTAGE)
    clerk = town.person(CLERK)
    clerk.says(f"退回 {number}，属于厂房手续，不归供电", button="intent:transfer_ticket")
    clerk.says("", button="yes")

    assert sit_down(town, "huh\n9\n1\n1\nc\n1\n1\n").written == 2
    shown = capsys.readouterr().out
    for part in (
        "第 1 / 2 条  被本人更正  企业",
        f"“{UNCLEAR}”",
        "当时理解：查询办理进度(0.",
        "其次：",
        "本人后来要办：报名活动",
    ):
        assert part in shown
    assert "1 报名活动  2 查询办理进度" in shown
    assert "没看懂" in shown
    assert "第 2 / 2 条  诉求被改派" in shown
    assert "还有 0 条待复核" in shown
    own = town.settings.own_intents
    assert yaml.safe_load((own / "book_event.yaml").read_text(encoding="utf-8"))["says"] == [UNCLEAR]
    report = yaml.safe_load((own / "report_issue.yaml").read_text(encoding="utf-8"))
    assert report["says_by_topic"] == {"energy": [OUTAGE]}


def test_keys_are_read_as_a_clerk_types_them(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    """大写、全角、中文都算；空回车再提示一遍；数字太大说明可选到几；改了例句有回应。"""
    owner = town.person(OWNER)
    owner.says(UNCLEAR)
    owner.presses("报名活动")

    sit_down(town, "\n９\ne\n\nS\n")
    shown = capsys.readouterr().out
    assert shown.count("q＝退出") == 2
    assert "可选；要标成别的意图" in shown
    assert "例句照原话" in shown or "例句改好了" in shown
    sit_down(town, "跳过\n")
    sit_down(town, "Ｘ\n")
    assert [row.label for row in town.rows()] == ["out_of_scope"]


@pytest.mark.parametrize(
    ("typed", "key"), [("Q", "q"), ("？", "?"), ("１", "1"), ("退出", "q"), (" s ", "s"), ("报名活动", "报名活动")]
)
def test_a_key_is_the_same_in_capitals_full_width_and_words(typed: str, key: str) -> None:
    """按键大写、全角或写成中文，都是同一个键；意图名称不动。"""
    assert as_key(typed) == key


def test_other_keys(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    """跳过的还在；可以改写例句、直接写意图名；不采用和与我们无关各有一键；随时可以退出。"""
    owner = town.person(OWNER)
    for said in (UNCLEAR, "那个表到底咋填嘞呀", "恁那个表咋填嘞"):
        owner.says(said)
        owner.presses("查询办理进度")
    count = len(town.kept())
    assert count == 3

    sit_down(town, "s\nq\n")
    assert {row.state for row in town.rows()} == {"open"}
    sit_down(town, "e\n\x01\x0b进度表咋填\n查询办理进度\nx\n?\nd\n")
    rows = town.rows()
    assert [(row.state, row.label) for row in rows] == [
        ("labelled", "ticket_status"),
        ("labelled", "out_of_scope"),
        ("dismissed", ""),
    ]
    own = town.settings.own_intents / "ticket_status.yaml"
    assert yaml.safe_load(own.read_text(encoding="utf-8"))["says"] == ["进度表咋填"]
    assert "咨询政策  ask_policy" in capsys.readouterr().out
