"""The table of files people sent or the product made; the bytes lie in a folder under the same id."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped

from zhiqibot.storage.columns import Base, internal, sensitive


class StoredFile(Base):
    """One file; `owner` sent it."""

    __tablename__ = "stored_file"
    __table_args__ = (Index("ix_stored_file_owner", "owner", "created_at"),)
    id: Mapped[str] = internal(String(32), primary_key=True)
    """128 random bits: part of the address, so it must not be guessable either."""
    owner: Mapped[str] = sensitive(String(128))
    """Sender id on the platform it came from."""
    name: Mapped[str] = sensitive(String(200))
    kind: Mapped[str] = internal(String(10))
    media_type: Mapped[str] = internal(String(100))
    size: Mapped[int] = internal(BigInteger)
    created_at: Mapped[datetime] = internal()
