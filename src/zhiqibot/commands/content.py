"""`check` and `train`: content and settings."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiqibot.commands.common import moment, note, with_now
from zhiqibot.core.clock import local
from zhiqibot.core.errors import ContentError

if TYPE_CHECKING:
    from zhiqibot.content.intents import IntentContent
    from zhiqibot.content.sentence_changes import SentenceChange

MOST_SHOWN = 3
"""New sentences named for each intent after a training."""


@click.command(help="检查意图、政策、县设置、假日和环境设置，列出全部错误")
@with_now
def check(now: datetime | None) -> None:
    from pydantic import ValidationError

    from zhiqibot.content.county import load_county
    from zhiqibot.content.intent_loading import load_intents
    from zhiqibot.content.intents import TOPICS
    from zhiqibot.content.policy_loading import load_policies
    from zhiqibot.content.reading import reason_of
    from zhiqibot.content.world import load_world
    from zhiqibot.core.workdays import load_calendar
    from zhiqibot.settings import Settings
    from zhiqibot.topics.events.timetable import load_events
    from zhiqibot.topics.policies.learning.interpreters import check_interpreters

    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "__".join(str(part) for part in problem["loc"]).upper()
            click.echo(f"设置: ZHIQIBOT_{name}: {reason_of(problem)}")
        raise click.exceptions.Exit(1) from error

    def interpreters() -> None:
        try:
            county, world = load_county(settings.county_dir, TOPICS), load_world(settings.county_dir)
        except ContentError:
            return  # told under its own name
        check_interpreters(county, world)

    parts: dict[str, Callable[[], object]] = {
        "语义文件": lambda: _check_shipped(settings.content_dir),
        "意图": lambda: load_intents(settings.content_dir / "intents", settings.own_intents),
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


def _check_shipped(folder: Path) -> None:
    """Note every file of vectors that is damaged: the product would quietly go on without its semantic layer."""
    from zhiqibot.content.reading import Mistakes
    from zhiqibot.nlu.arrays import ArraysUnusable, load_arrays

    mistakes = Mistakes()
    for path in sorted(folder.glob("*/_semantic.npz")):
        try:
            load_arrays(path)
        except ArraysUnusable:
            mistakes.add(
                f"{path.parent.name}/{path.name}", "-", "文件已损坏，请重新取一份，或执行 zhiqibot train --semantic"
            )
    mistakes.raise_if_any()


@click.command(help="按当前意图内容训练理解模型（内容没变就直接用缓存）")
@click.option("--semantic", is_flag=True, help="连同语义层一起训练（首次需要几分钟，以后只算新句子）")
@with_now
def train(semantic: bool, now: datetime | None) -> None:
    from zhiqibot.content.intent_loading import load_intents
    from zhiqibot.content.policy_loading import load_policies
    from zhiqibot.content.sentence_changes import changes_since_training, note_trained
    from zhiqibot.language import load_language
    from zhiqibot.nlu.loading import train_semantic
    from zhiqibot.settings import Settings
    from zhiqibot.topics.policies.classifier import load_classifier
    from zhiqibot.topics.policies.meaning import train_vectors

    del now  # accepted because every command does; what is trained does not depend on the time
    settings = Settings()
    content = load_intents(settings.content_dir / "intents", settings.own_intents)
    load_language(settings, semantic=False)
    policies = settings.content_dir / "policy_faq"
    load_classifier(load_policies(policies), policies, settings.cache_dir)
    if semantic:
        train_semantic(content, settings.cache_dir)
        train_vectors(policies, settings.cache_dir)
    _tell_changes(content, changes_since_training(content, settings.cache_dir))
    note_trained(content, settings.cache_dir)
    note(f"模型已就绪：{settings.cache_dir}。正在运行的服务会在约半分钟内自动换上，不用重启。")


def _tell_changes(content: "IntentContent", changes: "list[SentenceChange] | None") -> None:
    """Say what has been learnt that was not known at the last training."""
    if changes is None:
        note(f"共学了 {len(content.labelled()) + len(content.outside())} 句例句。")
    elif not changes:
        note("例句与上次训练时相同。")
    for one in changes or ():
        title = content.intents[one.intent].title if one.intent in content.intents else one.intent
        counts = [f"新增 {len(one.added)} 句"] * bool(one.added) + [f"减少 {one.removed} 句"] * bool(one.removed)
        shown = "；".join(one.added[:MOST_SHOWN])
        more = "……" if len(one.added) > MOST_SHOWN else ""
        note(f"{title}：{'，'.join(counts)}{f'（{shown}{more}）' if shown else ''}")
