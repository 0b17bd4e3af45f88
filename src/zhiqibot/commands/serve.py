"""`run` and `demo`: the server."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from zhiqibot.commands.common import clock_from, note, reached, with_now
from zhiqibot.commands.failures import line_for

if TYPE_CHECKING:
    from zhiqibot.app import Product
    from zhiqibot.process import Ground
    from zhiqibot.settings import Settings


@click.command(help="启动服务（全部渠道、网页、定时任务）")
@click.option("--host", default=None, help="监听地址（默认取设置）")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="监听端口（默认取设置）")
@with_now
def run(host: str | None, port: int | None, now: datetime | None) -> None:
    from zhiqibot.settings import Settings

    settings = Settings(**_where(host, port))
    ground = _ground(settings, now)
    _serve(ground, lambda: _product(ground), settings.host, settings.port)


@click.command(help="建库、载入演示县并启动，打开网页即可扮演企业、干部、承办单位和助企办")
@click.option("--host", default=None, help="监听地址（默认取设置）")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="监听端口（默认取设置）")
@click.option("--load-only", is_flag=True, help="只建库和载入数据，不启动服务")
@with_now
def demo(host: str | None, port: int | None, load_only: bool, now: datetime | None) -> None:
    from zhiqibot.settings import Settings

    settings = Settings(demo=True, **_where(host, port))
    ground = _ground(settings, now)

    def load() -> "Product":
        from zhiqibot.demo import load_demo

        product = _product(ground)
        fresh = load_demo(product)
        firms, units = len(product.content.world.enterprises), len(product.content.world.units)
        note(f"演示县{'已载入' if fresh else '已更新'}：{firms} 家企业、{units} 个承办单位。")
        return product

    if load_only:
        load()
    else:
        _serve(ground, load, settings.host, settings.port)


def _where(host: str | None, port: int | None) -> dict[str, Any]:
    """Return the settings given on the command line: links in messages begin with them too."""
    return {name: value for name, value in (("host", host), ("port", port)) if value not in (None, "")}


def _ground(settings: "Settings", now: datetime | None) -> "Ground":
    """Open the database, on SQLite upgrading it where needed, and the keys."""
    from zhiqibot.core.crypto import load_vault
    from zhiqibot.hosts import check_residency
    from zhiqibot.logs import start_logging
    from zhiqibot.process import Ground
    from zhiqibot.storage import schema
    from zhiqibot.storage.database import open_database

    start_logging()
    check_residency(settings)
    database = reached(open_database(settings.url))
    if not schema.is_current(database):
        if database.capabilities.dialect == "sqlite":
            from zhiqibot.storage import migrate

            migrate.upgrade(database)
        else:
            raise click.ClickException("数据库结构与本版本不一致，请先执行：zhiqibot db upgrade")
    vault = load_vault(settings.key_file, settings.crypto_suite)
    return Ground(settings, database, vault, clock_from(now))


def _product(ground: "Ground") -> "Product":
    """Read the content, load what understands it, wire everything."""
    from zhiqibot.app import build
    from zhiqibot.deployment import load_content, load_language, open_policy_desk
    from zhiqibot.memory import settle

    settings = ground.settings
    content = load_content(settings)
    understander = load_language(settings, content)
    desk = open_policy_desk(settings, content, understander, ground.database)
    product = build(settings, content, understander, desk, ground.database, ground.vault, ground.clock)
    settle()
    return product


def _serve(ground: "Ground", load: "Callable[[], Product]", host: str, port: int) -> None:
    import asyncio

    from zhiqibot.process import Process

    async def main() -> None:
        await Process(ground, load).run(host, port, on_ready=lambda: _what_next(ground.settings, host, port))

    try:
        asyncio.run(main())
    except OSError as error:
        raise click.ClickException(f"启动失败（地址 {host}:{port}）：{line_for(error)}") from error
    finally:
        ground.database.close()
    note("已停止，没有丢下处理到一半的消息。")


def _what_next(settings: "Settings", host: str, port: int) -> None:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  (compared, not bound)
    note(f"\n智企已启动：http://{shown}:{port}/")
    if settings.demo:
        note("  · 打开网页，右上角“我是…”可以换人：企业负责人、包联干部、承办单位经办人、助企办。")
        note(
            f"  · 开两个窗口（http://{shown}:{port}/?as=contact-derun-1 和 /?as=clerk-power-1），一边（企业）反映停电，另一边（供电公司）收到交办。"
        )
        note("  · 试着说：车间停电了 / 招硕士一年补多少 / 给我报12月4号的早餐会。")
    note("  · 按 Ctrl-C 停止。\n")
