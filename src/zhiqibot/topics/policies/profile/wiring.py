"""The calculator, applications and alerts put together; called by the composition root."""

from dataclasses import dataclass

from zhiqibot.content.county import County
from zhiqibot.core.crypto import Vault
from zhiqibot.dialogue.router import Router
from zhiqibot.directory.directory import Directory
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.topics.policies import applying
from zhiqibot.topics.policies.applying import Applying
from zhiqibot.topics.policies.calculator import Calculator
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.payments import Payments
from zhiqibot.topics.policies.profile import changes, updating
from zhiqibot.topics.policies.profile.changes import Changes, OpenBroadcast
from zhiqibot.topics.policies.profile.links import ReportLinks
from zhiqibot.topics.policies.profile.profiles import Profiles
from zhiqibot.topics.policies.profile.updating import Begin


@dataclass(frozen=True)
class Doors:
    """What other rooms do for the calculator."""

    begin: Begin
    payments: Payments
    open_broadcast: OpenBroadcast


def make_calculator(desk: PolicyDesk, directory: Directory, vault: Vault, county: County, base_url: str) -> Calculator:
    """Return the calculator over a desk's corpus."""
    profiles = Profiles(desk.corpus.profile, directory)
    office = f"{county.office.name}（{county.office.phone}）"
    return Calculator(desk, profiles, ReportLinks(vault, base_url), office)


def register(router: Router, calculator: Calculator, outbox: Outbox, county: County, doors: Doors) -> Changes:
    """Register match_policy, apply_policy, corrections and alerts; return what looks for changed policies."""
    updating.register(router, calculator, doors.begin)
    applying.register(router, Applying(calculator, doors.payments, doors.begin))
    found = Changes(calculator, outbox, county.quiet_hours, doors.open_broadcast)
    changes.register(router, found)
    return found
