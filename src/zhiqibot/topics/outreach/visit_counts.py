"""“这个月走访几家了”: how many visits are on record, for the cadre who made them and for the office."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from zhiqibot.core.clock import local
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.outreach.visits import VisitService

LONGEST = 20
_ASKS = re.compile(
    r"(?:走访|跑|去|看)了?(?:过|有)?(?:几|多少)[家次回趟个]|(?:几|多少)[家次回趟].{0,3}走访|走访.{0,4}(?:情况|统计|次数|记录)(?:怎么样|咋样|有多少|几条)?[?？]*$"
)
_OF_VISITS = re.compile(r"走访|跑了|入企")
_WEEK, _TODAY = re.compile(r"(?:这|本)(?:个)?(?:周|星期|礼拜)"), re.compile(r"今[天日儿]")


@dataclass(frozen=True)
class VisitCounts:
    """Answers without disturbing a form that is open."""

    visits: VisitService

    def aside(self, turn: Turn) -> Reply | None:
        """Answer a short question of staff about how many visits were made; None for everything else."""
        said = turn.text.strip()
        staff = turn.speaker.role in (Role.CADRE, Role.OFFICE)
        if not staff or len(said) > LONGEST or not (_ASKS.search(said) and _OF_VISITS.search(said)):
            return None
        start, end, period = self._period(turn)
        cadre = self._cadre(turn, said)
        visits, firms = self.visits.counted(turn.session, turn.speaker, start, end, cadre)
        own = turn.speaker.role == Role.CADRE
        whose = self.visits.directory.name_of(turn.session, cadre) if cadre else "您" if own else "全县助企干部"
        log = [button("记录走访", "intent:log_visit")] if own else []
        if not visits:
            return say(f"{period}还没有{whose}的走访记录。", buttons=log)
        return say(f"{period}{whose}走访 {firms} 家企业，共 {visits} 次。", buttons=log)

    def _period(self, turn: Turn) -> tuple[date, date, str]:
        """Return the days asked about; this month when none are named."""
        today = local(turn.now).date()
        start, _, end = str(turn.slots.get("date") or "").partition("/")
        if _TODAY.search(turn.text):
            return today, today, "今天"
        if _WEEK.search(turn.text):
            return today - timedelta(days=today.weekday()), today, "本周"
        if end and date.fromisoformat(start) <= today:
            first, last = date.fromisoformat(start), min(date.fromisoformat(end), today)
            return first, last, f"{first.month}月{first.day}日至{last.month}月{last.day}日"
        return today.replace(day=1), today, "本月"

    def _cadre(self, turn: Turn, said: str) -> str:
        """Return the cadre named, or nothing."""
        directory = self.visits.directory
        return next((one.id for one in directory.cadres(turn.session) if directory.name(one) in said), "")
