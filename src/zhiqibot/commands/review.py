"""`review`: what was perhaps not understood, looked at by the operator and learnt from."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

from zhiqibot.commands.common import configured_database, emit, moment, note, with_now
from zhiqibot.core.errors import PersonError

if TYPE_CHECKING:
    from zhiqibot.content.intents import IntentContent
    from zhiqibot.learning.review import Labelled, Review
    from zhiqibot.storage.database import Database

NOTHING = "没有待复核的消息。拿不准、被更正、没听懂和被改派的消息会自动留在这里（已隐去号码）。"


@click.command(help="复核没听准的消息：逐条标注，写入本单位自己的例句（intents.local），服务随后自动学会")
@click.option("--list", "listing", is_flag=True, help="列出待复核的消息（没有终端时也是这样）")
@click.option("--intents", "naming", is_flag=True, help="列出全部意图和主题的编号")
@click.option("--label", nargs=2, metavar="编号 意图", help="把一条标注为某个意图；与我们无关的标 out_of_scope")
@click.option("--topic", default="", metavar="主题", help="与 --label 同用：归到哪个主题")
@click.option("--wording", default="", metavar="例句", help="与 --label 同用：换一种写法作例句，比如去掉人名")
@click.option("--dismiss", metavar="编号", help="这一条不采用")
@click.option("--export", is_flag=True, help="把全部留存的消息写到标准输出（JSONL，已隐去号码）")
@with_now
def review(
    listing: bool,
    naming: bool,
    label: tuple[str, str] | None,
    topic: str,
    wording: str,
    dismiss: str | None,
    export: bool,
    now: datetime | None,
) -> None:
    if sum(map(bool, (listing, naming, label, dismiss, export))) > 1:
        raise click.UsageError("一次只办一件事，请分几次执行")
    if (topic or wording) and not label:
        raise click.UsageError("--topic 和 --wording 要和 --label 一起用")
    with _desk(moment(now)) as desk:
        try:
            if naming:
                desk.name()
            elif label:
                desk.label(*label, topic, wording)
            elif dismiss:
                desk.dismiss(dismiss)
            elif export:
                desk.export()
            elif listing or not sys.stdin.isatty():
                desk.list()
            else:
                desk.sit_down()
        except PersonError as error:
            raise click.ClickException(str(error)) from error


@contextmanager
def _desk(now: datetime) -> Iterator["_Desk"]:
    """Open the database of the settings and the content."""
    from zhiqibot.content.county import load_county
    from zhiqibot.content.intent_loading import load_intents
    from zhiqibot.content.intents import TOPICS
    from zhiqibot.core.crypto import load_vault
    from zhiqibot.learning.review import Review
    from zhiqibot.services import make_keeping
    from zhiqibot.settings import Settings

    settings = Settings()
    intents = settings.content_dir / "intents"
    content = load_intents(intents, settings.own_intents)
    county = load_county(settings.county_dir, TOPICS)
    database = configured_database(settings)
    if database is None:
        raise click.ClickException("数据库还没有建好或与本版本不一致，请先执行：zhiqibot db upgrade")
    try:
        keeping = make_keeping(settings, county, load_vault(settings.key_file, settings.crypto_suite))
        yield _Desk(database, Review(keeping, intents, settings.own_intents), content, now)
    finally:
        database.close()


@dataclass(frozen=True)
class _Desk:
    """One action each; every change is one unit of work."""

    database: "Database"
    review: "Review"
    content: "IntentContent"
    now: datetime

    def list(self) -> None:
        from zhiqibot.commands.review_terminal import line_of

        with self.database.read() as session:
            found = self.review.open_messages(session)
        for kept in found:
            click.echo(line_of(kept, self.content))
        if found:
            note(f"共 {len(found)} 条待复核。标注：zhiqibot review --label 编号 意图；意图编号见 --intents。")
        else:
            note(NOTHING)

    def name(self) -> None:
        for key, intent in self.content.intents.items():
            click.echo(f"{key}\t{intent.title}")
        for topic, named in self.content.lexicon.topics.items():
            click.echo(f"--topic {topic}\t{named.title}")

    def label(self, said: str, intent: str, topic: str, wording: str) -> None:
        with self.database.read() as session:
            kept = self.review.find(session, said)
        planned = self.review.plan(kept, intent, topic=topic, wording=wording)
        with self.database.write() as session:
            done = self.review.label(session, planned, self.now)
        note(written(done))
        self._announce()

    def dismiss(self, said: str) -> None:
        with self.database.write() as session:
            self.review.dismiss(session, self.review.find(session, said), self.now)
        note("已记为不采用，不会再出现。")

    def export(self) -> None:
        with self.database.read() as session:
            found = self.review.all_messages(session)
        for kept in found:
            emit(kept.record())
        note(f"共导出 {len(found)} 条。")

    def sit_down(self) -> None:
        """Go through the messages one by one in the terminal."""
        from prompt_toolkit import PromptSession

        from zhiqibot.commands.review_terminal import Terminal

        terminal = Terminal(self.database, self.review, self.content, self.now, PromptSession())
        if not terminal.run():
            note(NOTHING)
        if terminal.written:
            self._announce()
            note("正在运行的服务会在约半分钟内自动训练并换上，不用重启。")

    def _announce(self) -> None:
        from zhiqibot.storage.signals import CONTENT, Signals

        Signals(self.database).announce(CONTENT)


def written(done: "Labelled") -> str:
    """Say what came of a label."""
    if done.file is None:
        return "这句话已经是例句了，不用再加；已记为标注。"
    return f"已写入 {done.file.parent.name}/{done.file.name}：{done.sentence}"
