"""The demo county: loaded into an empty database; a visitor of the web chat picks who to be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.channels.webchat import ACCOUNT, CHANNEL, thread_key
from zhiqibot.core.errors import NotFound
from zhiqibot.core.ids import new_id
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.directory.model import Account, Person
from zhiqibot.directory.world import WorldImport
from zhiqibot.outbox.outbox import Notice

if TYPE_CHECKING:
    from zhiqibot.app import Product

STARRING = (
    "contact-derun-1",
    "contact-hongda-1",
    "contact-ruitai-1",
    "cadre-demo",
    "clerk-power-1",
    "clerk-land-1",
    "clerk-housing-1",
    "clerk-hrss-1",
    "office-demo",
)
"""The people a visitor can pick, in this order."""
WELCOME = {
    "enterprise": "您好！您现在是{org}的{name}。可以说“车间停电了”“招硕士有补贴吗”“给我报个早餐会”试试。",
    "cadre": "您好！您现在是包联干部{name}（{org}）。企业报了问题，您会在这里收到提醒；说“我的任务”看看。",
    "clerk": "您好！您现在是{org}的经办人{name}。企业的诉求交办后会出现在这里，可以签收、反馈进展、办结。",
    "office": "您好！您现在是{org}的{name}。可以说“统计一下这个月的台账”“给产业集聚区的企业发个通知，……”。",
}


def load_demo(product: "Product") -> bool:
    """Import the county's people and events; return True when the directory was empty before."""
    with product.database.write() as session:
        empty = session.execute(select(Person.id).limit(1)).first() is None
        WorldImport(product.vault, product.clock(), demo=True).run(session, product.content.world)
        product.load_events(session)
    return empty


@dataclass(frozen=True)
class DemoPeople:
    """Lets a visitor be one of the invented people (web chat, demo only)."""

    ready: "Callable[[], Product]"
    """Returns the product, waiting for it while it is being loaded."""

    @property
    def product(self) -> "Product":
        return self.ready()

    def people(self) -> list[dict[str, Any]]:
        """Return the people to pick from."""
        with self.product.database.read() as session:
            found = [session.get(Person, person_id) for person_id in STARRING]
            return [self._card(session, person) for person in found if person]

    def become(self, sender_id: str, person_id: str) -> dict[str, Any]:
        """Bind a visitor to a person; what waited for that person comes at once."""
        product, now = self.product, self.product.clock()
        with product.database.write() as session:
            person = session.get(Person, person_id) if person_id in STARRING else None
            if person is None:
                raise NotFound(what="这个演示人物")
            account = product.accounts.of_sender(session, CHANNEL, ACCOUNT, sender_id)
            if account is None:
                account = Account(
                    id=new_id(),
                    channel=CHANNEL,
                    account=ACCOUNT,
                    sender_id=sender_id,
                    thread=thread_key(sender_id),
                    address=sender_id,
                    seen_at=now,
                    wrong_codes=0,
                )
                session.add(account)
            fresh = account.person_id != person_id
            product.accounts.bind(session, account, person, now)
            card = self._card(session, person)
            if fresh:
                text = WELCOME.get(person.role, WELCOME["office"]).format(org=card["organisation"], name=card["name"])
                welcome = Notice(f"demo:{account.id}:{new_id()}", person_id, OutboundMessage(text=text))
                product.outbox.notify(session, [welcome], now)
                product.outbox.revive(session, person_id, now)
        return card

    def who(self, sender_id: str) -> dict[str, Any] | None:
        """Return who a visitor is."""
        with self.product.database.read() as session:
            account = self.product.accounts.of_sender(session, CHANNEL, ACCOUNT, sender_id)
            person = session.get(Person, account.person_id) if account and account.person_id else None
            return self._card(session, person) if person else None

    def _card(self, session: Session, person: Person) -> dict[str, Any]:
        card = self.product.directory.card(session, person)
        return {
            "id": card.id,
            "name": card.name,
            "role": card.role,
            "title": card.title,
            "organisation": card.organisation or self.product.content.county.office.name,
        }
