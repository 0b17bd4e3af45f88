"""The learning loop put together over one desk: for the product, and for the command line."""

from collections.abc import Mapping
from dataclasses import dataclass

from zhiqibot.content.county import County
from zhiqibot.core.crypto import Vault
from zhiqibot.dialogue.router import Router
from zhiqibot.directory.directory import Directory
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.learning import dialogue, office, speaking, writing
from zhiqibot.topics.policies.learning.answers import ApprovedAnswers
from zhiqibot.topics.policies.learning.collecting import Collecting
from zhiqibot.topics.policies.learning.dialogue import Asking, Begin
from zhiqibot.topics.policies.learning.interpreters import Interpreters
from zhiqibot.topics.policies.learning.likeness import Likeness
from zhiqibot.topics.policies.learning.naming import Naming
from zhiqibot.topics.policies.learning.office import OfficeDesk
from zhiqibot.topics.policies.learning.service import GapService
from zhiqibot.topics.policies.learning.sources import Sources
from zhiqibot.topics.policies.learning.telling import Telling


@dataclass(frozen=True)
class Learning:
    """The parts that others use."""

    gaps: GapService
    answers: ApprovedAnswers
    desk: PolicyDesk
    """The desk with the approved answers of this database beside its cards."""


def make_learning(desk: PolicyDesk, directory: Directory, outbox: Outbox, vault: Vault, county: County) -> Learning:
    """Build the services over one database's rooms."""
    collecting = Collecting(vault, Likeness(desk.index, desk.home, desk.read))
    sources = Sources(desk.corpus, county.region.county)
    gaps = GapService(
        collecting, directory, Interpreters(county.interpreters), sources, Telling(directory, outbox, county)
    )
    answers = ApprovedAnswers(collecting, sources)
    return Learning(gaps, answers, desk.beside(answers))


def register(router: Router, learning: Learning, topic_titles: Mapping[str, str], begin: Begin) -> Asking:
    """Register what those who ask and those who answer can say and press; the rest goes to the policy dialogue."""

    def title_of(card_id: str) -> str | None:
        fact = learning.desk.fact(card_id)
        return fact.card.title if fact else None

    gaps = learning.gaps
    asking = Asking(
        gaps.collecting, learning.answers, gaps.interpreters, topic_titles, title_of, begin, Naming(learning.desk)
    )
    desk = OfficeDesk(gaps, topic_titles, begin)
    office.register(router, desk)
    writing.register(router, desk)
    speaking.register(router, desk)
    dialogue.register(router, asking)
    return asking
