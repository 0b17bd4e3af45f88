"""Reviewing in a terminal: one message at a time, with what was thought of it, and one key to say what it means."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import click
from prompt_toolkit import PromptSession

from zhiqibot.content.intents import OUT_OF_SCOPE, IntentContent
from zhiqibot.core.clock import local
from zhiqibot.core.errors import ContentError, PersonError
from zhiqibot.learning.model import REASON_LABELS, Reason
from zhiqibot.learning.review import Kept, Review, has_topics, topic_proposals
from zhiqibot.storage.database import Database

ROLES = {"enterprise": "企业", "cadre": "干部", "office": "助企办"}
KEYS = "数字＝标注  t＝先选主题  e＝改写例句  x＝与我们无关  d＝不采用  s＝跳过  ?＝全部意图  q＝退出"
_LETTERS = {
    "退出": "q",
    "跳过": "s",
    "不采用": "d",
    "与我们无关": "x",
    "改写例句": "e",
    "先选主题": "t",
    "全部意图": "?",
}
"""What people type for a key: the word beside it."""
LONGEST_KEY = 2
"""Characters of a key or a number; more is the name of an intent."""


def line_of(kept: Kept, content: IntentContent) -> str:
    """Return a message as a line of a table."""
    row = kept.row
    when = f"{local(row.kept_at):%m-%d %H:%M}"
    became = f"→{title(content, row.became)}" if row.became else f"→{row.unit}" if row.unit else ""
    read = f"{title(content, row.intent)}{_sure(kept)}{became}"
    role = ROLES.get(row.role, row.role)
    return "\t".join([kept.short_id, when, role, REASON_LABELS[Reason(row.reason)], read, kept.text])


def title(content: IntentContent, intent: str) -> str:
    """Return what an intent is called."""
    return content.intents[intent].title if intent in content.intents else intent


def _sure(kept: Kept) -> str:
    return f"({kept.row.confidence:.2f})" if kept.row.confidence is not None else ""


@dataclass
class Terminal:
    """One sitting of a reviewer."""

    database: Database
    review: Review
    content: IntentContent
    now: datetime
    session: "PromptSession[str]"
    written: int = 0
    _topic: str = ""
    _wording: str = ""
    _left: list[Kept] = field(default_factory=list)

    def run(self) -> bool:
        """Show every open message; False if there was none."""
        with self.database.read() as session:
            self._left = self.review.open_messages(session)
        whole = len(self._left)
        for place, kept in enumerate(self._left, 1):
            self._show(kept, place, whole)
            if not self._settle(kept):
                break
        with self.database.read() as session:
            still = self.review.counts(session).get("open", 0)
        if whole:
            click.echo(f"这次写入 {self.written} 句，还有 {still} 条待复核。")
        return whole > 0

    # -- one message ----------------------------------------------------------------------------------------------

    def _show(self, kept: Kept, place: int, whole: int) -> None:
        row = kept.row
        reason, role = REASON_LABELS[Reason(row.reason)], ROLES.get(row.role, row.role)
        click.echo(
            f"\n第 {place} / {whole} 条  {reason}  {role}  {local(row.kept_at):%m月%d日 %H:%M}  编号 {kept.short_id}"
        )
        click.echo(f"  “{kept.text}”")
        runner_up = f"，其次：{title(self.content, row.runner_up)}" if row.runner_up else ""
        click.echo(f"  当时理解：{title(self.content, row.intent)}{_sure(kept)}{runner_up}")
        for name, value in (
            ("类别", self._topic_title(row.topic)),
            ("当时问了", kept.asked),
            ("本人后来要办", title(self.content, row.became) if row.became else ""),
            ("后来交给", row.unit),
            ("该单位负责", "、".join(map(self._topic_title, row.unit_topics))),
        ):
            if value:
                click.echo(f"  {name}：{value}")
        click.echo("  " + "  ".join(f"{n} {title(self.content, one)}" for n, one in enumerate(kept.proposals, 1)))
        click.echo(f"  {KEYS}")
        self._topic = self._wording = ""

    def _settle(self, kept: Kept) -> bool:
        """Ask until the message is settled or skipped; False to leave."""
        while True:
            typed = self._ask("请标注 > ")
            said = None if typed is None else as_key(typed)
            if said is None or said == "q":
                return False
            if not said:
                click.echo(f"  {KEYS}")
                continue
            if said == "s":
                return True
            if said == "?":
                self._name_intents()
            elif said == "t":
                self._topic = self._ask_topic(kept) or ""
                click.echo("  主题记下了，再选意图。" if self._topic else "  没有选主题，接着选意图。")
            elif said == "e":
                self._wording = self._ask("  例句：", default=self._wording or kept.text) or ""
                click.echo("  例句改好了，再选意图。" if self._wording else "  例句照原话，接着选意图。")
            elif said == "d":
                if self._done(lambda: self._dismiss(kept)):
                    return True
            else:
                intent = OUT_OF_SCOPE if said == "x" else self._intent(kept, said)
                if intent is None:
                    click.echo(self._not_read(kept, said))
                elif self._label(kept, intent):
                    return True

    def _not_read(self, kept: Kept, said: str) -> str:
        if said.isdigit():
            return f"  只有 1 到 {len(kept.proposals)} 可选；要标成别的意图，直接输入它的名称（输入 ? 看全部）。"
        return f"  没看懂“{said}”。{KEYS}；也可以直接输入意图的名称或编号。"

    def _label(self, kept: Kept, intent: str) -> bool:
        topic: str | None = self._topic
        if has_topics(self.content, intent) and not topic:
            topic = self._ask_topic(kept)
        if topic is None:
            return False
        topic = topic if has_topics(self.content, intent) else ""
        return self._done(lambda: self._write(kept, intent, topic or ""))

    def _write(self, kept: Kept, intent: str, topic: str) -> None:
        planned = self.review.plan(kept, intent, topic=topic, wording=self._wording)
        with self.database.write() as session:
            done = self.review.label(session, planned, self.now)
        if done.file is None:
            click.echo("  这句话已经是例句了，不用再加。")
        else:
            self.written += 1
            named = f"（{self._topic_title(topic)}）" if topic else ""
            click.echo(f"  已写入 {done.file.name}{named}：{done.sentence}")

    def _dismiss(self, kept: Kept) -> None:
        with self.database.write() as session:
            self.review.dismiss(session, kept, self.now)
        click.echo("  已记为不采用。")

    def _done(self, act: Callable[[], None]) -> bool:
        """Do it; say what prevents it."""
        try:
            act()
        except (PersonError, ContentError) as error:
            click.echo(f"  没有写入：{error}")
            return False
        return True

    # -- asking ---------------------------------------------------------------------------------------------------

    def _ask(self, what: str, default: str = "") -> str | None:
        """Return what is typed; None at the end of input."""
        try:
            return self.session.prompt(what, default=default).strip()
        except (EOFError, KeyboardInterrupt):
            return None

    def _ask_topic(self, kept: Kept) -> str | None:
        """Return a topic, "" for none, None when the reviewer thinks better of it."""
        likely = topic_proposals(kept)
        topics = [*likely, *(one for one in self.content.lexicon.topics if one not in likely)]
        click.echo("  " + "  ".join(f"{n} {self._topic_title(one)}" for n, one in enumerate(topics, 1)))
        while True:
            said = self._ask("  属于哪个主题（数字；直接回车＝没说到具体的事；c＝返回）：")
            said = None if said is None else as_key(said)
            if said is None or said in ("c", "返回"):
                return None
            if not said:
                return ""
            chosen = _numbered(topics, said) or next(
                (one for one in topics if said in (one, self._topic_title(one))), ""
            )
            if chosen:
                click.echo(f"  主题：{self._topic_title(chosen)}")
                return chosen
            click.echo("  没有这个主题，请输入上面的数字。")

    def _intent(self, kept: Kept, said: str) -> str | None:
        if said.isdigit():
            return _numbered(kept.proposals, said)
        return next((key for key, one in self.content.intents.items() if said in (key, one.title)), None)

    def _name_intents(self) -> None:
        for key, intent in self.content.intents.items():
            click.echo(f"  {intent.title}  {key}")

    def _topic_title(self, topic: str) -> str:
        named = self.content.lexicon.topics.get(topic)
        return named.title if named else topic


def as_key(typed: str) -> str:
    """Return a key as the reviewer meant it: capitals, full width (１, ？) and the words beside the keys are the same."""
    said = typed.strip()
    if said in _LETTERS:
        return _LETTERS[said]
    return unicodedata.normalize("NFKC", said).lower() if len(said) <= LONGEST_KEY else said


def _numbered(choices: Sequence[str], said: str) -> str | None:
    return choices[int(said) - 1] if said.isdigit() and 1 <= int(said) <= len(choices) else None
