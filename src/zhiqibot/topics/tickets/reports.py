"""统计 by chat: the ledger of a period with its definitions."""

from dataclasses import dataclass
from datetime import date

from zhiqibot.core.clock import local
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button
from zhiqibot.topics.tickets.model import LABELS, Status
from zhiqibot.topics.tickets.stats import Figures, Statistics


@dataclass(frozen=True)
class Reports:
    """The handler."""

    statistics: Statistics
    topic_titles: dict[str, str]

    def report(self, turn: Turn) -> Reply:
        """Answer for the period named, else for this month so far."""
        start, end = self._period(turn)
        return self._show(self.statistics.figures(turn.session, turn.speaker, start, end, turn.now))

    def _period(self, turn: Turn) -> tuple[date, date]:
        today = local(turn.now).date()
        said = str(turn.slots.get("range") or turn.slots.get("date") or "")
        first, _, last = said.partition("/")
        try:
            start = date.fromisoformat(first[:10]) if first else today.replace(day=1)
            end = date.fromisoformat((last or first)[:10]) if said else today
        except ValueError:
            return today.replace(day=1), today
        if start > today:  # a period to count lies behind us
            start, end = (
                day.replace(year=day.year - 1, day=min(day.day, 28)) if day.day > 28 else day.replace(year=day.year - 1)
                for day in (start, end)
            )
        return min(start, end), min(max(start, end), max(today, start))

    def _show(self, figures: Figures) -> OutboundMessage:
        share = f"{figures.solved / figures.countable:.1%}" if figures.countable else "—"
        pleased = f"{figures.content / figures.rated:.1%}（已评 {figures.rated} 件）" if figures.rated else "暂无评价"
        states = "、".join(f"{LABELS[Status(status)]} {count}" for status, count in sorted(figures.by_status.items()))
        topics = "、".join(f"{self.topic_titles.get(topic, topic)} {count}" for topic, count in figures.by_topic)
        units = "、".join(f"{name} {count}" for name, count in figures.by_unit)
        box = card(
            f"诉求台账 {figures.start:%Y-%m-%d} 至 {figures.end:%Y-%m-%d}",
            [
                ("登记", f"{figures.registered} 件"),
                ("办结（含已销号）", f"{figures.solved} 件"),
                ("办结率", share),
                ("超期未办结", f"{figures.overdue} 件"),
                ("满意率", pleased),
                ("状态", states),
                ("类别", topics),
                ("承办单位", units),
            ],
            note="口径：按登记日期统计；办结率＝（已办结＋已销号）÷（登记－撤回－不予受理），未办结计入分母；"
            "满意率＝3 分及以上÷已评价；保密诉求不计入。",
        )
        return OutboundMessage(card=box, buttons=(button("我的任务", "intent:my_tasks"),))


def register(router: Router, reports: Reports) -> None:
    """Register 统计."""
    router.on("report_stats", needs_identity=True)(reports.report)
