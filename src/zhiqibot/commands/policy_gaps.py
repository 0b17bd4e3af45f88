"""`policy gaps`: what the desk could not answer, and what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zhiqibot.commands.common import moment, note, reached, with_now
from zhiqibot.commands.failures import without_chat
from zhiqibot.core.clock import local
from zhiqibot.core.errors import PersonError

if TYPE_CHECKING:
    from zhiqibot.core.people import Speaker
    from zhiqibot.storage.database import Database
    from zhiqibot.topics.policies.learning.views import GapView
    from zhiqibot.topics.policies.learning.wiring import Learning

NUMBER = click.IntRange(1, 999_999)
_NEEDS = {"assign": ("to",), "answer": ("text",), "approve": ("by",), "send_back": ("note_",)}
_FLAGS = {"to": "--to", "text": "--text", "by": "--by", "note_": "--note"}


@click.command(help="没答上来的政策问题：列出、交办、答复、审定、导出（不带选项就是列出）")
@click.option("--show", type=NUMBER, metavar="N", help="看第 N 个的详情")
@click.option("--assign", type=NUMBER, metavar="N", help="把第 N 个交给解读员（--to）")
@click.option("--to", metavar="解读员", help="解读员的姓名或人员编号")
@click.option("--answer", type=NUMBER, metavar="N", help="代被指派的解读员录入第 N 个的答复（--text、--source）")
@click.option("--text", metavar="答复", help="答复原文")
@click.option("--source", default="", metavar="出处", help="文件与条款；不写表示文件没有载明")
@click.option("--approve", type=NUMBER, metavar="N", help="审定通过第 N 个（--by）")
@click.option("--figures-checked", is_flag=True, help="出处里没有的数字已另行核实，仍要通过（会记录在案）")
@click.option("--send-back", type=NUMBER, metavar="N", help="退回第 N 个的答复（--note）")
@click.option("--dismiss", type=NUMBER, metavar="N", help="关闭第 N 个，不作答复（写了 --note 会告诉提问人）")
@click.option("--note", "note_", default="", metavar="原因", help="退回或关闭的原因")
@click.option("--by", metavar="工号", help="办理人的人员编号；审定必须写明，其余不写记为命令行操作")
@click.option("--feedback", is_flag=True, help="列出各项政策“落不了地”的反馈")
@click.option(
    "--export", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="把已审定的答复写成 YAML"
)
@with_now
def gaps(now: datetime | None, **given: Any) -> None:
    wanted = [one for one in ("show", "assign", "answer", "approve", "send_back", "dismiss") if given[one] is not None]
    wanted += [one for one in ("feedback", "export") if given[one]]
    if len(wanted) > 1:
        raise click.UsageError("一次只办一件事，请分几次执行")
    from zhiqibot.topics.policies.learning.service import NoSuchGap, UnsupportedFigures

    action = wanted[0] if wanted else "list"
    if given["figures_checked"] and action != "approve":
        raise click.UsageError("--figures-checked 要和 --approve 一起用")
    for name in _NEEDS.get(action, ()):
        if not given[name]:
            raise click.UsageError(f"--{action.replace('_', '-')} 还要写明 {_FLAGS[name]}")
    with _desk(moment(now)) as desk:
        try:
            getattr(desk, action)(given)
        except NoSuchGap as error:
            raise click.ClickException(f"{str(error).partition('。')[0]}。不带选项执行，可以看现在有哪些。") from error
        except UnsupportedFigures as error:
            number, by = given["approve"], given["by"]
            again = f"zhiqibot policy gaps --approve {number} --by {by} --figures-checked"
            reason = str(error).partition("。")[0]
            raise click.ClickException(
                f"{reason}。请退回修改（--send-back {number}）；核实无误仍要通过：{again}"
            ) from error
        except PersonError as error:
            raise click.ClickException(without_chat(error)) from error


@contextmanager
def _desk(now: datetime) -> Iterator["_Desk"]:
    """Open the database of the settings and what works on it."""
    from zhiqibot.core.crypto import load_vault
    from zhiqibot.deployment import load_content, make_policy_desk
    from zhiqibot.directory.directory import Directory
    from zhiqibot.outbox.outbox import Outbox
    from zhiqibot.settings import Settings
    from zhiqibot.storage import schema
    from zhiqibot.storage.database import open_database
    from zhiqibot.topics.policies.learning.wiring import make_learning

    settings = Settings()
    content = load_content(settings)
    database = reached(open_database(settings.url))
    try:
        if not schema.is_current(database):
            raise click.ClickException("数据库还没有建好或与本版本不一致，请先执行：zhiqibot db upgrade")
        vault = load_vault(settings.key_file, settings.crypto_suite)
        learning = make_learning(make_policy_desk(content), Directory(vault), Outbox(vault), vault, content.county)
        yield _Desk(database, learning, content.topic_titles, now)
    finally:
        database.close()


@dataclass(frozen=True)
class _Desk:
    """One action each; every one is one unit of work."""

    database: "Database"
    learning: "Learning"
    titles: Any
    now: datetime

    def list(self, given: dict[str, Any]) -> None:
        with self.database.write() as session:
            found = self.learning.gaps.unfinished(session, self._speaker(session, given["by"]), limit=1000)
        for one in found:
            click.echo(self._line(one))
        note(f"共 {len(found)} 个政策问答缺口待办。" if found else "目前没有待办的政策问答缺口。")

    def show(self, given: dict[str, Any]) -> None:
        with self.database.write() as session:
            view = self.learning.gaps.view(session, self._speaker(session, given["by"]), given["show"])
        click.echo(self._line(view))
        for wording in view.wordings:
            click.echo(f"  也问：{wording}")
        for report in view.reports:
            click.echo(f"  卡在：{report}")
        for name, value in (("答复", view.answer), ("出处", view.source), ("备注", view.note)):
            if value:
                click.echo(f"  {name}：{value}")
        if view.doubts:
            click.echo(f"  请核对：出处中没有这些数字 {'、'.join(view.doubts)}")

    def assign(self, given: dict[str, Any]) -> None:
        with self.database.write() as session:
            who = self._speaker(session, given["by"])
            view = self.learning.gaps.assign(session, who, given["assign"], given["to"], self.now)
        note(f"第 {view.number} 个已交 {view.interpreter} 解读，已通知本人。")

    def answer(self, given: dict[str, Any]) -> None:
        gaps = self.learning.gaps
        with self.database.write() as session:
            view = gaps.view(session, self._speaker(session, None), given["answer"])
            found = gaps.interpreters.find(given["by"] or view.interpreter) if given["by"] or view.interpreter else None
            who = self._speaker(session, found.person if found else given["by"])
            view = gaps.answer(session, who, view.number, given["text"], given["source"], self.now)
        note(f"第 {view.number} 个的答复已提交审定。")
        if view.doubts:
            note(f"请核对：出处中没有这些数字 {'、'.join(view.doubts)}")

    def approve(self, given: dict[str, Any]) -> None:
        with self.database.write() as session:
            who = self._speaker(session, given["by"])
            checked = given["figures_checked"]
            told = self.learning.gaps.approve(session, who, given["approve"], self.now, figures_checked=checked)
        note(f"第 {given['approve']} 个已审定通过，告知 {told} 位提问人（免打扰时段顺延）。")

    def send_back(self, given: dict[str, Any]) -> None:
        with self.database.write() as session:
            who = self._speaker(session, given["by"])
            view = self.learning.gaps.send_back(session, who, given["send_back"], given["note_"], self.now)
        note(f"第 {view.number} 个已退回 {view.interpreter} 修改。")

    def dismiss(self, given: dict[str, Any]) -> None:
        with self.database.write() as session:
            who = self._speaker(session, given["by"])
            told = self.learning.gaps.dismiss(session, who, given["dismiss"], given["note_"], self.now)
        note(f"第 {given['dismiss']} 个已关闭，不作答复；告知 {told} 位提问人。")

    def feedback(self, given: dict[str, Any]) -> None:
        with self.database.read() as session:
            found = self.learning.gaps.feedback(session, self._speaker(session, given["by"]))
        for card_id, said in found:
            fact = self.learning.desk.fact(card_id)
            click.echo(f"{fact.card.title if fact else '（政策库已无此项）'}\t{card_id}\t{len(said)} 条")
            for one in said:
                click.echo(f"  {one}")
        note(f"共 {len(found)} 项政策有落地反馈。")

    def export(self, given: dict[str, Any]) -> None:
        from zhiqibot.topics.policies.learning.answers import approved_answers
        from zhiqibot.topics.policies.learning.exporting import faq_yaml

        gaps = self.learning.gaps
        with self.database.read() as session:
            text, written, left = faq_yaml(approved_answers(session, gaps.collecting, gaps.sources))
        Path(given["export"]).write_text(text, encoding="utf-8")
        more = f"；另有 {left} 条的出处不是政策库的条款，已在文件里注明" if left else ""
        note(f"已写出 {written} 条：{given['export']}{more}。")

    def _line(self, view: "GapView") -> str:
        from zhiqibot.topics.policies.learning.model import REASON_LABELS, STATE_LABELS

        days = (local(self.now).date() - local(view.opened_at).date()).days
        reasons = "、".join(f"{REASON_LABELS[reason]}{count}" for reason, count in view.reasons)
        topic = self.titles.get(view.topic, "其他")
        state = STATE_LABELS[view.state] + (f"（{view.interpreter}）" if view.interpreter else "")
        return f"{view.number}\t{view.people}人{view.times}次\t{reasons}\t{topic}\t{days}天\t{state}\t{view.example}"

    def _speaker(self, session: Any, person_id: str | None) -> "Speaker":
        """Return who acts: a person of the directory, or the operator, who has the database and its keys."""
        from zhiqibot.core.people import Speaker
        from zhiqibot.directory.model import Role

        if not person_id:
            return Speaker(None, Role.OFFICE, "命令行")
        person = self.learning.gaps.directory.person(session, person_id)
        if person is None or not person.active:
            raise click.ClickException(f"通讯录中没有这个工作人员：{person_id}")
        return Speaker(person.id, person.role, unit_id=person.unit_id, enterprise_id=person.enterprise_id)
