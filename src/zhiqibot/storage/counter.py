"""Running numbers without gaps, one row a series; the row lock makes concurrent writers wait for each other."""

from sqlalchemy import BigInteger, String, bindparam, update
from sqlalchemy.orm import Mapped, Session

from zhiqibot.storage.capabilities import Capabilities
from zhiqibot.storage.columns import Base, internal, table_of


class Counter(Base):
    """The last number given out in a series such as `ticket:261122`."""

    __tablename__ = "counter"
    name: Mapped[str] = internal(String(60), primary_key=True)
    value: Mapped[int] = internal(BigInteger)


_COLUMNS = table_of(Counter).c
_RAISE = (
    update(table_of(Counter))
    .where(_COLUMNS.name == bindparam("series"))
    .values(value=_COLUMNS.value + 1)
    .returning(_COLUMNS.value)
)


def next_number(session: Session, name: str) -> int:
    """Return the next number of the series `name`, starting at 1; it is taken when the unit of work commits."""
    value = session.execute(_RAISE, {"series": name}).scalar_one_or_none()
    if value is None:
        capabilities = Capabilities.for_dialect(session.get_bind().dialect.name)
        session.execute(capabilities.insert_new(Counter, "name").values(name=name, value=0))
        value = session.execute(_RAISE, {"series": name}).scalar_one()
    return int(value)
