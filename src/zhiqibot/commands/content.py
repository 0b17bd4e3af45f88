"""`check` and `train`: content and settings."""

from collections.abc import Callable
from datetime import datetime

import click

from zhiqibot.commands.common import moment, note, with_now
from zhiqibot.core.clock import local
from zhiqibot.core.errors import ContentError


@click.command(help="检查意图、政策、县设置、假日和环境设置，列出全部错误")
@with_now
def check(now: datetime | None) -> None:
    from pydantic import ValidationError

    from zhiqibot.content.county import load_county
    from zhiqibot.content.intents import TOPICS, load_intents
    from zhiqibot.content.policy_loading import load_policies
    from zhiqibot.content.world import load_world
    from zhiqibot.core.workdays import load_calendar
    from zhiqibot.settings import Settings
    from zhiqibot.topics.events.timetable import load_events
    from zhiqibot.topics.policies.learning.interpreters import check_interpreters

    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors():
            click.echo(f"设置: {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}")
        raise click.exceptions.Exit(1) from error

    def interpreters() -> None:
        try:
            county, world = load_county(settings.county_dir, TOPICS), load_world(settings.county_dir)
        except ContentError:
            return  # told under its own name
        check_interpreters(county, world)

    parts: dict[str, Callable[[], object]] = {
        "意图": lambda: load_intents(settings.content_dir / "intents"),
        "政策": lambda: load_policies(settings.content_dir / "policy_faq", today=local(moment(now)).date()),
        "县设置": lambda: load_county(settings.county_dir, TOPICS),
        "人员与企业": lambda: load_world(settings.county_dir),
        "政策解读员": interpreters,
        "活动": lambda: load_events(settings.county_dir),
        "工作日": lambda: load_calendar(settings.holidays_dir),
    }
    failed = 0
    for name, load in parts.items():
        try:
            load()
            note(f"{name}：没有问题")
        except ContentError as error:
            failed += 1
            click.echo(str(error))
    if failed:
        note(f"共有 {failed} 部分内容需要修改。")
        raise click.exceptions.Exit(1)


@click.command(help="按当前意图内容训练理解模型（内容没变就直接用缓存）")
@click.option("--semantic", is_flag=True, help="连同语义层一起训练（首次需要几分钟，以后只算新句子）")
@with_now
def train(semantic: bool, now: datetime | None) -> None:
    from zhiqibot.content.intents import load_intents
    from zhiqibot.language import load_language
    from zhiqibot.nlu.loading import train_semantic
    from zhiqibot.settings import Settings

    del now  # accepted because every command does; what is trained does not depend on the time
    settings = Settings()
    load_language(settings, semantic=False)
    if semantic:
        train_semantic(load_intents(settings.content_dir / "intents"), settings.cache_dir)
    note(f"模型已就绪：{settings.cache_dir}")
