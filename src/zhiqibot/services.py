"""What the product can do, before anybody talks to it: the services of all topics over one directory and outbox."""

from dataclasses import dataclass

from zhiqibot.content.county import County
from zhiqibot.core.crypto import Vault
from zhiqibot.deployment import Content
from zhiqibot.directory.accounts import Accounts
from zhiqibot.directory.directory import Directory
from zhiqibot.joints import make_outreach
from zhiqibot.learning.keeping import Keeping, Limits
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.settings import Settings
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.service import EventService
from zhiqibot.topics.outreach.service import OutreachService
from zhiqibot.topics.policies.calculator import Calculator
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.learning import wiring as policy_learning
from zhiqibot.topics.policies.profile import wiring as policy_profile
from zhiqibot.topics.tickets.journal import Journal
from zhiqibot.topics.tickets.service import TicketService


@dataclass(frozen=True)
class Services:
    """One of each."""

    outbox: Outbox
    directory: Directory
    accounts: Accounts
    tickets: TicketService
    events: EventService
    bookings: BookingService
    outreach: OutreachService
    learning: policy_learning.Learning
    """Unanswered questions; its desk also gives the answers approved here."""
    calculator: Calculator
    keeping: Keeping
    """The messages kept for review."""


def make_services(settings: Settings, content: Content, desk: PolicyDesk, vault: Vault) -> Services:
    """Make them; nothing is read from the database yet."""
    county = content.county
    outbox, directory = Outbox(vault), Directory(vault)
    tickets = TicketService(directory, Journal(directory, outbox, vault, county), county, content.calendar, vault)
    events = EventService(content.calendar, county.office.name)
    learning = policy_learning.make_learning(desk, directory, outbox, vault, county)
    calculator = policy_profile.make_calculator(learning.desk, directory, vault, county, settings.base_url)
    return Services(
        outbox=outbox,
        directory=directory,
        accounts=Accounts(vault, county.office.name, county.office.phone),
        tickets=tickets,
        events=events,
        bookings=BookingService(directory, outbox, county.quiet_hours),
        outreach=make_outreach(content, directory, outbox, tickets, events, calculator),
        learning=learning,
        calculator=calculator,
        keeping=make_keeping(settings, county, vault),
    )


def make_keeping(settings: Settings, county: County, vault: Vault) -> Keeping:
    """Return what keeps doubtful messages; complaints about officials are never kept."""
    wanted = settings.review
    limits = Limits(wanted.per_day, wanted.most_open, wanted.days)
    return Keeping(vault, limits, county.confides, wanted.below, wanted.outside_below)
