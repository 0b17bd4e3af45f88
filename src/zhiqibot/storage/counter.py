"""Running numbers without gaps, one row a series; the row lock makes concurrent writers wait for each other."""

from sqlalchemy import BigInteger, String, update
from sqlalchemy.orm import Mapped, Session

from zhiqibot.storage.capabilities import Capabilities
from zhiqibot.storage.columns import Base, internal


class Counter(Base):
    """The last number given out in a series such as `ticket:261122`."""

    __tablename__ = "counter"
    name: Mapped[str] = internal(String(60), primary_key=True)
    value: Mapped[int] = internal(BigInteger)


def next_number(session: Session, name: str) -> int:
    """Return the next number of the series `name`, starting at 1; it is taken when the unit of work commits."""
    raised = update(Counter).where(Counter.name == name).values(value=Counter.value + 1).returning(Counter.value)
    value = session.execute(raised).scalar_one_or_none()
    if value is None:
        capabilities = Capabilities.for_dialect(session.get_bind().dialect.name)
        session.execute(capabilities.insert_new(Counter, "name").values(name=name, value=0))
        value = session.execute(raised).scalar_one()
    return int(value)
