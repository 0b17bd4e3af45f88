"""Outreach in the conversation: everything is registered here."""

from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn
from zhiqibot.topics.outreach.broadcasting import Broadcast, Broadcasting, FindPolicy
from zhiqibot.topics.outreach.drafting import Drafting
from zhiqibot.topics.outreach.model import EVERYTHING
from zhiqibot.topics.outreach.service import OutreachService
from zhiqibot.topics.outreach.subscribing import Leaving, Subscribing
from zhiqibot.topics.outreach.visit_counts import VisitCounts
from zhiqibot.topics.outreach.visiting import Visit, Visiting


def register(router: Router, outreach: OutreachService, topic_titles: dict[str, str], find_policy: FindPolicy) -> None:
    """Register 订阅、退订、群发、走访 and their buttons."""
    _subscriptions(router, Subscribing(outreach.subscriptions, topic_titles))
    _broadcasts(router, Broadcasting(outreach.broadcasts, find_policy))
    visiting = Visiting(outreach.visits)
    router.form(
        "log_visit",
        Visit,
        title="记录走访",
        resolve=visiting.resolve,
        confirm=visiting.confirm,
        supplement="note",
        aside=visiting.aside,
        needs_identity=True,
    )(visiting.finish)
    router.readings.insert(0, visiting.means)
    router.commands.append(visiting.puts_right)
    router.asides.append(VisitCounts(outreach.visits).aside)


def _subscriptions(router: Router, subscribing: Subscribing) -> None:
    router.on("subscribe", needs_identity=True)(subscribing.subscribe)
    router.form(
        "unsubscribe",
        Leaving,
        title="退订提醒",
        resolve=subscribing.resolve,
        aside=subscribing.aside,
        confirm=subscribing.confirm,
        needs_identity=True,
    )(subscribing.finish)
    router.readings += [subscribing.wants_none, subscribing.surely]
    router.press("leave_all")(lambda turn: subscribing.finish(turn, Leaving(EVERYTHING)))


def _broadcasts(router: Router, broadcasting: Broadcasting) -> None:
    drafting = Drafting(broadcasting)
    router.form(
        "broadcast",
        Broadcast,
        title="群发通知",
        resolve=broadcasting.resolve,
        confirm=broadcasting.confirm,
        aside=drafting.aside,
        needs_identity=True,
    )(broadcasting.finish)

    router.asides.append(drafting.after)

    def progress(turn: Turn) -> Reply:
        return broadcasting.show(turn, turn.argument)

    def ask_stop(turn: Turn) -> Reply:
        return broadcasting.ask_stop(turn, turn.argument)

    def stop(turn: Turn) -> Reply:
        return broadcasting.stop(turn, turn.argument)

    router.press("broadcast_progress")(progress)
    router.press("broadcast_stop")(ask_stop)
    router.press("broadcast_stop_now")(stop)
