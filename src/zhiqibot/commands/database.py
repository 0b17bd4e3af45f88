"""`db upgrade` and `db backup`."""

import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from zhiqibot.commands.common import moment, note, reached, with_now


@click.group(help="数据库：升级、备份")
def db() -> None:
    """Commands on the database of the settings."""


@db.command(help="把数据库升级到本版本的结构（可重复执行）")
@with_now
def upgrade(now: datetime | None) -> None:
    from zhiqibot.settings import Settings
    from zhiqibot.storage import migrate
    from zhiqibot.storage.database import open_database

    del now  # accepted because every command does
    database = reached(open_database(Settings().url))
    before, after = migrate.upgrade(database)
    database.close()
    note(f"数据库已是最新结构（{after}）。" if before == after else f"数据库结构已升级：{before or '空库'} → {after}")


@db.command(help="备份数据库到一个新文件，并核对备份可读")
@click.argument("target", required=False)
@with_now
def backup(target: str | None, now: datetime | None) -> None:
    from sqlalchemy.engine import make_url

    from zhiqibot.settings import Settings

    settings = Settings()
    url = make_url(settings.url)
    suffix = "db" if url.get_backend_name() == "sqlite" else "dump"
    path = Path(target) if target else settings.data_dir / "backup" / f"zhiqibot-{moment(now):%Y%m%d-%H%M%S}.{suffix}"
    if path.is_dir():
        raise click.ClickException(f"{path} 是文件夹，请写明备份的文件名，如 {path / f'zhiqibot.{suffix}'}")
    if path.exists():
        raise click.ClickException(f"备份文件已存在，不会覆盖：{path}")
    path.parent.mkdir(parents=True, exist_ok=True)
    if url.get_backend_name() == "sqlite":
        _backup_sqlite(Path(url.database or ""), path)
    else:
        _backup_postgresql(url.set(drivername="postgresql").render_as_string(hide_password=False), path)
    note(f"备份完成：{path}（{path.stat().st_size / 1_000_000:.1f} MB）。密钥文件 {settings.key_file} 请另行妥善保存。")


def _backup_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise click.ClickException(f"数据库不存在：{source}")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        try:
            live.backup(copy)
        except sqlite3.DatabaseError as error:
            target.unlink(missing_ok=True)
            raise click.ClickException(f"备份没有做成：{source} 不是数据库，或者已经损坏。") from error
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    if verdict != "ok":
        target.unlink()
        raise click.ClickException(f"备份核对未通过，已删除：{verdict}")


def _backup_postgresql(url: str, target: Path) -> None:
    try:
        command = ["pg_dump", "--format=custom", f"--file={target}", url]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603  (fixed program, our own settings)
    except FileNotFoundError as error:
        raise click.ClickException("没有找到 pg_dump，请安装 PostgreSQL 客户端后再备份。") from error
    except subprocess.CalledProcessError as error:
        target.unlink(missing_ok=True)
        said = error.stderr.decode(errors="replace").strip()
        raise click.ClickException(f"备份失败，数据库连不上或没有权限。pg_dump 的原话：{said}") from error
