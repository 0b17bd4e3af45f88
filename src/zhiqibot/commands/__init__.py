"""One file a group of commands. Heavy rooms are imported by the command that needs them, when it runs."""

import click

from zhiqibot.commands import content, database, measure, policy, review, search, serve, talk


def add_to(root: click.Group) -> None:
    """Put every command on the root."""
    for command in (
        measure.parse,
        measure.ask,
        search.search,
        measure.when,
        measure.evaluate,
        talk.chat,
        serve.run,
        serve.demo,
        content.check,
        content.train,
        review.review,
        database.db,
        policy.policy,
    ):
        root.add_command(command)
