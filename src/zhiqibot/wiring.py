"""Talk: every topic's side of the conversation put on one router, and the engine that leads it."""

from typing import Any

from zhiqibot.core.clock import Clock
from zhiqibot.core.crypto import Vault
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.deployment import Content
from zhiqibot.dialogue import short_answers
from zhiqibot.dialogue.doubts import Doubts
from zhiqibot.dialogue.engine import Engine
from zhiqibot.dialogue.filling import Filling
from zhiqibot.dialogue.judging import IntentInfo
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Turn
from zhiqibot.joints import Rerouting, broadcast_of, named_policy, report_of
from zhiqibot.nlu.understander import Understander
from zhiqibot.services import Services
from zhiqibot.topics.events import dialogue as events_dialogue
from zhiqibot.topics.identity import dialogue as identity_dialogue
from zhiqibot.topics.inspections import dialogue as inspections_dialogue
from zhiqibot.topics.inspections.service import InspectionService
from zhiqibot.topics.outreach import dialogue as outreach_dialogue
from zhiqibot.topics.policies import dialogue as policies_dialogue
from zhiqibot.topics.policies.dialogue import Policies
from zhiqibot.topics.policies.learning import wiring as policy_learning
from zhiqibot.topics.policies.profile import wiring as policy_profile
from zhiqibot.topics.policies.profile.changes import Changes
from zhiqibot.topics.smalltalk import dialogue as smalltalk_dialogue
from zhiqibot.topics.tickets import (
    afterwards,
    assigning,
    firms,
    following,
    rating,
    redeeming,
    reporting,
    reports,
    several,
    unfinished,
    withdrawing,
    working,
)
from zhiqibot.topics.tickets.choosing import Choosing
from zhiqibot.topics.tickets.handling import Handling
from zhiqibot.topics.tickets.redemption import Redemptions
from zhiqibot.topics.tickets.scoring import Scoring
from zhiqibot.topics.tickets.stats import Statistics

FORM_SLOTS = (
    "topic", "location", "urgency", "event_kind", "date", "time", "attendees", "subject", "capacity", "ticket_no",
    "score", "agency", "department", "record_no", "enterprise_name", "uscc",
)  # fmt: skip
"""What a form may take from any sentence said while it is open."""


class Wiring:
    """Puts the topics on a router, one after the other; `engine` leads the conversation over it."""

    def __init__(
        self, services: Services, content: Content, understander: Understander, vault: Vault, clock: Clock
    ) -> None:
        self._services, self._content, self._understander = services, content, understander
        self._vault, self._clock = vault, clock
        self._titles: dict[str, str] = dict(content.topic_titles)
        self._router = Router()
        self._redemptions = Redemptions(services.tickets)
        self._tickets()
        self._people()
        self._meetings()
        self._policies = self._policy_desk()
        self.policy_changes = self._calculator()
        self.engine = self._engine()

    def _begin(self, turn: Turn, intent: str, text: str, values: dict[str, Any]) -> list[OutboundMessage]:
        """Open a form on a topic's behalf; the engine is made last, after the topics that call it."""
        return self.engine.begin(turn, intent, text, values)

    def _tickets(self) -> None:
        services, router, understander = self._services, self._router, self._understander
        tickets, county, titles = services.tickets, self._content.county, self._titles
        choosing = Choosing(tickets)
        report = reporting.Reporting(tickets, county, titles, understander.topic_of, understander.emergency)
        reporting.register(router, report)
        together = several.Together(
            choosing, self._begin, lambda text, now: understander.slots_of(text, now, FORM_SLOTS)
        )
        follow = following.Following(tickets, choosing, titles, self._begin)
        following.register(router, follow, together)
        withdrawing.register(router, withdrawing.Withdrawing(tickets, choosing, self._begin), together)
        afterwards.register(router, afterwards.Afterwards(follow, choosing, report.route_of, county.confides))
        rating.register(router, rating.Verdicts(Scoring(tickets), choosing), together)
        redeeming.register(router, redeeming.Redeeming(self._redemptions, choosing, follow.detail, self._begin))
        handling = Handling(tickets, Rerouting(services.keeping, tickets).note)
        working.register(router, working.Working(tickets, handling, choosing), together)
        assign = assigning.Assigning(tickets, handling, choosing, together.slots_of)
        assigning.register(router, assign, together)
        unfinished.register(router, unfinished.Unfinished(handling, choosing))
        several.register(router, together)
        firms.register(router, firms.AskedByStaff(firms.FirmFiles(services.directory, tickets), choosing, county))
        reports.register(router, reports.Reports(Statistics(), titles))

    def _people(self) -> None:
        services, county = self._services, self._content.county
        directory, outbox = services.directory, services.outbox
        identity = identity_dialogue.Identity(services.accounts, directory, outbox, county)
        identity_dialogue.register(self._router, identity)
        smalltalk_dialogue.register(self._router, smalltalk_dialogue.Smalltalk(directory, outbox, county))

    def _meetings(self) -> None:
        services, router, content = self._services, self._router, self._content
        events_dialogue.register(
            router, services.events, services.bookings, self._begin, lambda turn: self._policies.of_all_places(turn)
        )
        inspections = InspectionService(services.directory, services.outbox, self._vault, content.quiet_days)
        inspections_dialogue.register(router, inspections, self._begin)
        desk = services.learning.desk
        outreach_dialogue.register(
            router, services.outreach, self._titles, lambda text: named_policy(desk, text, self._clock())
        )

    def _policy_desk(self) -> Policies:
        router, learning = self._router, self._services.learning
        asking = policy_learning.register(router, learning, self._titles, self._begin)
        policies = policies_dialogue.register(
            router,
            learning.desk,
            lambda turn, text, topic: self._begin(turn, "report_issue", text, report_of(text, topic)),
            asking,
        )
        router.continuing |= {"ask_policy", "list_events"}
        router.settled_by["ask_policy"] = policies.knows
        return policies

    def _calculator(self) -> Changes:
        services = self._services
        doors = policy_profile.Doors(
            begin=self._begin,
            payments=self._redemptions,
            open_broadcast=lambda turn, *what: self._begin(turn, "broadcast", "", broadcast_of(*what)),
        )
        return policy_profile.register(self._router, services.calculator, services.outbox, self._content.county, doors)

    def _engine(self) -> Engine:
        intents, slots_of = self._content.intents, self._understander.slots_of
        infos = {intent.id: IntentInfo(intent.title, frozenset(intent.roles)) for intent in intents.intents.values()}
        filling = Filling(self._router, lambda text, now: slots_of(text, now, FORM_SLOTS))
        short_answers.use(intents.lists)
        return Engine(
            self._router, self._understander.understand, infos, filling, doubts=Doubts(self._services.keeping)
        )
