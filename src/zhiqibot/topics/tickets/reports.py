"""统计 by chat: the ledger of a period with its definitions."""

import re
from dataclasses import dataclass
from datetime import date

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn, button
from zhiqibot.nlu.no_such_day import no_such_day
from zhiqibot.topics.tickets.model import LABELS, Status
from zhiqibot.topics.tickets.stats import Figures, Statistics

PERIOD = "period"
"""Key of `memory.recent`: the period counted last, “start/end”."""
_GOES_ON = re.compile(r"^(?:那|再|也)?(?:按|分|只看|各|哪|谁|其中|满意|办结|超期)")
_SLOWEST = re.compile(
    r"(?:哪|谁|啥).{0,6}(?:最(?:拖|慢|多|差)|拖(?:拉|得|后腿)|超期最?多|办得最?慢)|(?:超期|拖拉|最慢).{0,6}(?:哪(?![些几])|谁)"
)


@dataclass(frozen=True)
class Reports:
    """The handler."""

    statistics: Statistics
    topic_titles: dict[str, str]

    def report(self, turn: Turn) -> Reply:
        """Answer for the period named, else for this month so far."""
        wrong = no_such_day(turn.text, {}, local(turn.now).date())
        if wrong:
            raise Conflict(reason=f"{wrong}，请重新说统计的起止日期。")
        start, end = self._period(turn)
        turn.memory.recent[PERIOD] = f"{start.isoformat()}/{end.isoformat()}"
        figures = self.statistics.figures(turn.session, turn.speaker, start, end, turn.now)
        shown = self._show(figures)
        if not _SLOWEST.search(turn.text):
            return shown
        late = "、".join(f"{name} {count} 件" for name, count in figures.late_units)
        none = "超期的都还没有交办单位。" if figures.overdue else "这段时间没有超期未办结的，各单位都没有拖。"
        return shown.model_copy(update={"text": f"超期未办结最多的：{late}。" if late else none})

    def _period(self, turn: Turn) -> tuple[date, date]:
        today = local(turn.now).date()
        said = str(turn.slots.get("range") or turn.slots.get("date") or "")
        if not said and turn.memory.recent.get(PERIOD) and _GOES_ON.search(turn.text):
            said = str(turn.memory.recent[PERIOD])  # “按单位分” is about the period just shown
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

    def means(self, turn: Turn) -> str | None:
        """“哪个单位最拖拉” asks for the figures, too."""
        office = turn.speaker.language_role == "office"
        return "report_stats" if office and _SLOWEST.search(turn.text) else None

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
    router.readings.append(reports.means)
