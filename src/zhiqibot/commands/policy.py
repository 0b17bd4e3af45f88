"""`policy`: the office's work on policy documents."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiqibot.commands.common import moment, note, reached, with_now
from zhiqibot.commands.failures import without_chat
from zhiqibot.commands.policy_gaps import gaps
from zhiqibot.core.clock import local

if TYPE_CHECKING:
    from zhiqibot.content.intents import IntentContent
    from zhiqibot.storage.database import Database
    from zhiqibot.topics.policies.documents.model import DocumentStatus, PolicyDocumentRow

BY = click.option("--by", "person_id", required=True, metavar="工号", help="助企办审定人的工号")


@click.group(help="政策文件：导入、审定、废止、查看")
def policy() -> None:
    """Commands on imported policy documents and on what the desk could not answer."""


@policy.command("import", help="导入政策文件（docx、pdf、html、txt、md），逐条读出后存为待审定，先不用来答复")
@click.argument("files", nargs=-1, required=True, metavar="文件...", type=click.Path(path_type=Path))
@click.option("--approve", "approve_now", is_flag=True, help="导入后随即审定（要同时给 --by）")
@click.option("--by", "person_id", default="", metavar="工号", help="助企办审定人的工号")
@with_now
def import_files(files: Sequence[Path], approve_now: bool, person_id: str, now: datetime | None) -> None:
    if approve_now and not person_id:
        raise click.UsageError("--approve 要和 --by 工号 一起用")
    from zhiqibot.content.county import load_county
    from zhiqibot.content.intents import TOPICS
    from zhiqibot.settings import Settings

    content = _intents()
    desk = _ImportDesk(
        words={topic: named.words for topic, named in content.lexicon.topics.items()},
        titles=_titles(content),
        county=load_county(Settings().county_dir, TOPICS).region.county,
        person_id=person_id,
        approve_now=approve_now,
        now=moment(now),
    )
    with _database() as database:
        failed = [path for path in files if not desk.take(database, path)]
    if failed:
        raise click.ClickException(f"有 {len(failed)} 份文件没有导入，原有政策没有变动。")


@dataclass(frozen=True)
class _ImportDesk:
    """Takes files in, one after the other, all on the same terms."""

    words: Mapping[str, Sequence[str]]
    titles: Mapping[str, str]
    county: str
    person_id: str
    approve_now: bool
    now: datetime

    def take(self, database: "Database", path: Path) -> bool:
        """Import one file and show it; tell whether it was taken. A file that is not changes nothing."""
        from zhiqibot.core.errors import PersonError
        from zhiqibot.topics.policies.documents import service, wording
        from zhiqibot.topics.policies.documents.importing import read_file
        from zhiqibot.topics.policies.documents.model import DocumentStatus

        try:
            read, file = read_file(path, self.words, self.county, local(self.now).date())
            with database.write() as session:
                row, fresh = service.store_draft(session, read, file, self.county, self.now, self.person_id)
                if self.approve_now and row.status == DocumentStatus.DRAFT:
                    service.approve(session, row.id, self.person_id, self.now)
                session.flush()
                today = local(self.now).date()
                known = f"这份文件导入过了：{wording.line_of(row, today)}"
                shown = wording.preview(row, self.titles, today) if fresh else known
        except PersonError as error:
            note(without_chat(error))
            return False
        click.echo(shown)
        return True


@policy.command(help="列出待审定的政策文件")
@with_now
def drafts(now: datetime | None) -> None:
    from zhiqibot.topics.policies.documents.model import DocumentStatus

    _list("没有待审定的政策文件。", _today(now), DocumentStatus.DRAFT)


@policy.command("list", help="列出全部导入的政策文件，含已废止和被代替的")
@with_now
def list_all(now: datetime | None) -> None:
    _list("还没有导入过政策文件。用 zhiqibot policy import 文件 导入。", _today(now))


@policy.command(help="查看一份文件的全部条款、建议和存疑之处")
@click.argument("document_id", metavar="编号")
@with_now
def show(document_id: str, now: datetime | None) -> None:
    from zhiqibot.topics.policies.documents import service, wording

    with _database() as database, _kindly(), database.read() as session:
        click.echo(wording.preview(service.find(session, document_id), _titles(_intents()), _today(now)))


@policy.command(help="审定一份文件：从此用来答复；同文号的旧版本同时失效。标题、文号等读错的可以在这里改")
@click.argument("document_id", metavar="编号")
@BY
@click.option("--title", help="标题")
@click.option("--number", help="文号")
@click.option("--issuer", help="发文机关")
@click.option("--issued", type=click.DateTime(["%Y-%m-%d"]), help="成文日期，如 2026-03-01")
@click.option("--region", help="适用地区，如 方城县")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="有效期到哪一天")
@click.option("--even-empty", is_flag=True, help="几乎没有内容也审定")
@with_now
def approve(
    document_id: str,
    person_id: str,
    title: str | None,
    number: str | None,
    issuer: str | None,
    issued: datetime | None,
    region: str | None,
    until: datetime | None,
    even_empty: bool,
    now: datetime | None,
) -> None:
    from zhiqibot.topics.policies.documents import service

    corrections = service.Corrections(title, number, issuer, _day(issued), region, _day(until))
    _decide(
        lambda session: service.approve(
            session, document_id, person_id, moment(now), corrections, even_empty=even_empty
        ),
        _today(now),
    )


@policy.command(help="废止一份文件（待审定的则作废）：不再用来答复")
@click.argument("document_id", metavar="编号")
@BY
@click.option("--why", default="", help="原因，会记下来")
@with_now
def repeal(document_id: str, person_id: str, why: str, now: datetime | None) -> None:
    from zhiqibot.topics.policies.documents import service

    _decide(lambda session: service.repeal(session, document_id, person_id, why, moment(now)), _today(now))


@policy.command(help="用一份现行文件代替另一份（文号不同的新旧文件）")
@click.argument("old_id", metavar="旧编号")
@click.argument("new_id", metavar="新编号")
@BY
@with_now
def supersede(old_id: str, new_id: str, person_id: str, now: datetime | None) -> None:
    from zhiqibot.topics.policies.documents import service

    _decide(lambda session: service.supersede(session, old_id, new_id, person_id, moment(now)), _today(now))


# -- parts ------------------------------------------------------------------------------------------------------------


def _decide(decide: Callable[..., "PolicyDocumentRow"], today: date) -> None:
    """Carry out an officer's decision and say what it means."""
    from zhiqibot.topics.policies.documents import wording

    with _database() as database, _kindly(), database.write() as session:
        row = decide(session)
        session.flush()
        click.echo(wording.line_of(row, today))
        note(wording.next_step(row, today))


def _list(nothing: str, today: date, *statuses: "DocumentStatus") -> None:
    from zhiqibot.topics.policies.documents import service, wording

    with _database() as database, database.read() as session:
        rows = service.listed(session, *statuses)
        for row in rows:
            click.echo(wording.line_of(row, today))
    if not rows:
        note(nothing)


@contextmanager
def _database() -> Iterator["Database"]:
    """Open the database of the settings; an embedded one is brought up to date, as `run` does."""
    from zhiqibot.settings import Settings
    from zhiqibot.storage import schema
    from zhiqibot.storage.database import open_database

    database = reached(open_database(Settings().url))
    try:
        if not schema.is_current(database):
            if database.capabilities.dialect != "sqlite":
                raise click.ClickException("数据库结构与本版本不一致，请先执行：zhiqibot db upgrade")
            from zhiqibot.storage import migrate

            migrate.upgrade(database)
        yield database
    finally:
        database.close()


@contextmanager
def _kindly() -> Iterator[None]:
    """Show an error that the officer can put right as it stands."""
    from zhiqibot.core.errors import PersonError

    try:
        yield
    except PersonError as error:
        raise click.ClickException(without_chat(error)) from error


def _intents() -> "IntentContent":
    from zhiqibot.content.intent_loading import load_intents
    from zhiqibot.settings import Settings

    return load_intents(Settings().content_dir / "intents")


def _titles(content: "IntentContent") -> dict[str, str]:
    return {topic: named.title for topic, named in content.lexicon.topics.items()}


def _today(now: datetime | None) -> date:
    return local(moment(now)).date()


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


policy.add_command(gaps)
