"""The base of all models, and columns that say what class of data they hold (公开 / 内部 / 敏感)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, MetaData, String, Table, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

ID = String(26)
"""Client-made keys, see core/ids.py."""

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class DataClass(StrEnum):
    """How a column's content must be treated."""

    PUBLIC = "公开"
    INTERNAL = "内部"
    SENSITIVE = "敏感"


class Moment(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database (SQLite keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone must not reach the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Parent of every model."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it from the class)
        datetime: Moment,
        dict[str, Any]: Json,
        list[str]: Json,
        Mapping[str, Any]: Json,
    }


def table_of(model: type[Base]) -> Table:
    """Return a model's table: rows inserted through it share one execution even where some hold a NULL."""
    return cast(Table, model.__table__)


def public(*args: Any, **options: Any) -> MappedColumn[Any]:
    """A column anybody may see."""
    return mapped_column(*args, info={"data_class": DataClass.PUBLIC}, **options)


def internal(*args: Any, **options: Any) -> MappedColumn[Any]:
    """A column for the people who work on the matter."""
    return mapped_column(*args, info={"data_class": DataClass.INTERNAL}, **options)


def sensitive(*args: Any, **options: Any) -> MappedColumn[Any]:
    """A column with personal data; it ages out and never reaches a log."""
    return mapped_column(*args, info={"data_class": DataClass.SENSITIVE}, **options)


def sealed(**options: Any) -> MappedColumn[Any]:
    """A sensitive column that holds only what `core.crypto.Vault.seal` returned."""
    return mapped_column(LargeBinary, info={"data_class": DataClass.SENSITIVE, "sealed": True}, **options)
