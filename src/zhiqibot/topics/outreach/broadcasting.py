"""群发通知 by chat: the sentence says to whom and what; one card shows how many and the text, then it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.dialogue.forms import Ask, Hearing, from_slot, question
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.nlu.chinese_time.api import find_times
from zhiqibot.topics.outreach import editing, wording
from zhiqibot.topics.outreach.audience import audience_from
from zhiqibot.topics.outreach.broadcasts import BroadcastService, Draft, Preview, nobody
from zhiqibot.topics.outreach.ending import answered
from zhiqibot.topics.outreach.receipts import told

FindPolicy = Callable[[str], tuple[str, str] | tuple[str, str, str] | None]
"""Returns (title, text) or (title, text, id) of the policy a sentence names."""
LONGEST = 1800
CHOICES = ("全部企业", "规上企业", "小微企业", "助企干部")


def content(hearing: Hearing) -> str | None:
    """Read the notice itself: after “内容：”, after the first comma, or all of an answer."""
    if hearing.asked:
        said = wording.answer(hearing.text)
        return said[:LONGEST] if wording.is_notice(said) else None
    return wording.split(hearing.text).content[:LONGEST] or None


def command(hearing: Hearing) -> str | None:
    """Read the part that says to whom."""
    said = wording.split(hearing.text).command
    return said if said and (hearing.asked or wording.addresses(said)) else None


def urgent(hearing: Hearing) -> bool | None:
    """Read whether it may disturb at night."""
    return True if wording.split(hearing.text).urgent else None


def timed(hearing: Hearing) -> str | None:
    """Read when to send, only from the part that is not the notice."""
    day, clock = hearing.slots.get("date"), hearing.slots.get("time")
    hour = wording.apart(hearing.text)[2]
    if hour:
        found = next(
            (one for one in find_times(hour, local(hearing.now), workdays=WorkdayCalendar()) if one.time), None
        )
        return f"{found.date or ''} {found.time:%H:%M}".strip() if found and found.time else None
    if not wording.split(hearing.text).timed or not clock:
        return None
    return f"{day if day and '/' not in str(day) else ''} {clock}".strip()


@dataclass(frozen=True)
class Broadcast:
    """What a broadcast needs; `command` is everything said about the audience."""

    content: str = question(
        "通知的内容是什么？也可以直接说一项政策的名称。", read=content, label="内容", default="", free_text=True
    )
    command: str = question("发给哪些对象？", read=command, label="对象", default="")
    urgent: bool = question("", read=urgent, label="紧急", default=False)
    send_at: str = question("", read=timed, label="发送时间", default="")
    topic: str = question("", read=from_slot("topic"), label="主题", default="")


@dataclass(frozen=True)
class Broadcasting:
    """The handlers of broadcast and its buttons."""

    broadcasts: BroadcastService
    find_policy: FindPolicy

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the text and the people; questions about the last broadcast are answered instead."""
        last = turn.memory.recent.get("broadcast")
        if last and not values.get("content") and wording.asks_progress(turn.text):
            return answered(turn, self.show(turn, last))
        if last and not values.get("content") and wording.recalls(turn.text):
            return answered(turn, self.ask_stop(turn, last))
        asked = self._text(turn, values) or self._people(turn, values)
        if asked:
            return asked
        preview = self.preview(turn, values)
        if not preview.recipients:
            values.pop("audience")
            values["command"] = ""
            return Ask("command", say(nobody(preview), buttons=_choices()))
        return None

    def confirm(self, turn: Turn, _: Broadcast) -> OutboundMessage:
        """Show to how many, when, and the text exactly as they will read it."""
        values = turn.open_form.values
        preview, draft = self.preview(turn, values), self._draft(turn, values)
        left = [f"{preview.opted_out} 人已退订"] if preview.opted_out else []
        left += [f"{preview.capped} 人本周收到的通知已达上限"] if preview.capped else []
        firms = f"{preview.enterprises} 家企业、" if preview.enterprises else ""
        fields = [
            ("对象", preview.audience_text),
            ("人数", f"{firms}{len(preview.recipients)} 人"),
            ("不发", "，".join(left)),
            ("时间", self._when(preview, draft, turn.now)),
            ("内容", self.broadcasts.message(draft).text),
        ]
        buttons = [button("确认发送", "yes", primary=True), button("修改", "no"), button("取消", "cancel", danger=True)]
        if not draft.urgent and preview.due_at > turn.now and not values.get("send_at"):
            buttons.insert(1, button("按紧急马上发", "set:urgent=yes"))
        return say("请核对后确认发送：", card=card("群发通知", fields), buttons=buttons)

    def finish(self, turn: Turn, _: Broadcast) -> Reply:
        """Freeze the audience and hand it to delivery."""
        campaign = self.broadcasts.send(turn.session, turn.speaker, self._draft(turn, turn.open_form.values), turn.now)
        turn.memory.recent["broadcast"] = campaign.id
        when = "正在逐一送达" if campaign.send_at <= turn.now else f"将于 {moment(campaign.send_at)} 开始送达"
        text = f"已安排发送给{campaign.audience_text}，共 {campaign.total} 人，{when}。点「送达情况」可以随时查看。"
        return say(text, buttons=_after(campaign.id))

    # -- buttons ------------------------------------------------------------------------------------------------

    def show(self, turn: Turn, campaign_id: str) -> OutboundMessage:
        """Tell how far a broadcast has got."""
        campaign, receipts = self.broadcasts.progress(turn.session, turn.speaker, campaign_id)
        turn.memory.recent["broadcast"] = campaign.id
        buttons = _after(campaign.id) if receipts.get("due", 0) + receipts.get("no_address", 0) else []
        return say(told(campaign, receipts), buttons=buttons)

    def ask_stop(self, turn: Turn, campaign_id: str) -> OutboundMessage:
        """Ask before taking back what is not sent yet."""
        campaign, receipts = self.broadcasts.progress(turn.session, turn.speaker, campaign_id)
        waiting = receipts.get("due", 0) + receipts.get("no_address", 0)
        if not waiting:
            raise Conflict(reason="这条通知没有待发的消息了，已经送达的无法收回；需要更正的话，请再发一条说明。")
        text = f"还有 {waiting} 条没有发出，确认停发吗？已经送达的 {receipts.get('sent', 0)} 条无法收回。"
        return say(text, buttons=[button("确认停发", f"do:broadcast_stop_now:{campaign.id}", danger=True)])

    def stop(self, turn: Turn, campaign_id: str) -> OutboundMessage:
        """Take back what is not sent yet."""
        stopped = self.broadcasts.stop(turn.session, turn.speaker, campaign_id, turn.now)
        return say(f"已停发，{stopped} 条没有发出的消息已撤下。")

    # -- pieces -------------------------------------------------------------------------------------------------

    def _text(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        if values.get("content") and not values.get("policy_checked"):
            self._policy(values, values["content"], short_only=True)
        elif not values.get("content") and not wording.is_bare(turn.text):
            self._policy(values, turn.text)
        if values.get("content"):
            return None
        return Ask("content", say("通知的内容是什么？直接发给我，或者说一项政策的名称，我来整理。"))

    def _policy(self, values: dict[str, Any], said: str, *, short_only: bool = False) -> None:
        """Put the text of the policy that is named in the place of a few words."""
        values["policy_checked"] = True
        if short_only and len(said) > 30:
            return
        found = self.find_policy(said)
        if found and editing.names_policy(said, found[0]):
            title, text, *rest = found
            values |= {"content": text, "title": title, "policy_id": rest[0] if rest else None}

    def _people(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        said = str(values.get("command") or "")
        if values.get("audience") and values.get("audience_of") == said:
            return None
        audiences = self.broadcasts.audiences
        audience = audiences.read(turn.session, said, values.get("topic"), values.get("policy_id"))
        called = "" if audience.known else wording.called(str(values.get("content") or ""))
        audience = audiences.read(turn.session, called) if called else audience
        if not audience.known:
            values.pop("audience", None)
            return Ask("command", say("发给哪些对象？可以按地方、行业、规模或标签说。", buttons=_choices()))
        values |= {"audience": audience.as_json(), "audience_of": said}
        return None

    def _draft(self, turn: Turn, values: dict[str, Any]) -> Draft:
        return Draft(
            content=values["content"],
            audience=audience_from(values["audience"]),
            title=values.get("title") or "",
            policy_id=values.get("policy_id"),
            urgent=bool(values.get("urgent")),
            send_at=_moment_of(str(values.get("send_at") or ""), turn.now),
        )

    def preview(self, turn: Turn, values: dict[str, Any]) -> Preview:
        """Return who would get the draft, and when."""
        return self.broadcasts.preview(turn.session, turn.speaker, self._draft(turn, values), turn.now)

    def _when(self, preview: Preview, draft: Draft, now: datetime) -> str:
        if preview.due_at <= now:
            return "确认后马上发"
        why = "" if preview.due_at == draft.send_at else "（避开免打扰时段）"
        return f"{moment(preview.due_at)} 发出{why}"


def moment(at: datetime) -> str:
    """Return 12月2日 08:00."""
    here = local(at)
    return f"{here.month}月{here.day}日 {here:%H:%M}"


def _moment_of(said: str, now: datetime) -> datetime | None:
    *day, clock = said.split() or [""]
    if not clock:
        return None
    here = local(now)
    on = date.fromisoformat(day[0]) if day else here.date()
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime.combine(on, here.time(), here.tzinfo).replace(hour=hour, minute=minute, second=0, microsecond=0)


def _choices() -> list[Any]:
    return [button(label, f"set:command={label}") for label in CHOICES]


def _after(campaign_id: str) -> list[Any]:
    return [
        button("送达情况", f"do:broadcast_progress:{campaign_id}"),
        button("停发", f"do:broadcast_stop:{campaign_id}", danger=True),
    ]
