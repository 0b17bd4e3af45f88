"""The migration scripts build exactly the schema the models describe, on both engines."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import zhiqibot.app
import zhiqibot.learning.model
import zhiqibot.storage.jobs
import zhiqibot.web.model  # noqa: F401  (each import adds its tables)
from zhiqibot.storage import migrate, schema
from zhiqibot.storage.columns import Base
from zhiqibot.storage.database import open_database


def differences(database: Any) -> list[Any]:
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_upgrading_an_empty_database_gives_the_models_schema(database_url: str) -> None:
    """空库升级后与模型一致，再升级一次什么也不变。"""
    database = open_database(database_url)

    assert migrate.upgrade(database) == ("", migrate.head())
    assert differences(database) == []
    assert migrate.upgrade(database) == (migrate.head(), migrate.head())
    database.close()


def test_a_half_upgraded_database_is_finished(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """升级中途失败，什么也不留下，再来一次就成。"""
    database = open_database(database_url)
    monkeypatch.setattr(migrate, "_config", lambda: (_ for _ in ()).throw(OSError("盘满")))
    with pytest.raises(OSError, match="盘满"):
        migrate.upgrade(database)
    monkeypatch.undo()

    migrate.upgrade(database)

    assert differences(database) == []
    database.close()


def test_the_release_knows_its_schema_without_the_migrations(database_url: str) -> None:
    """不加载迁移工具也知道库是否最新：新库不是，升级后是。"""
    database = open_database(database_url)
    assert migrate.head() == schema.HEAD
    assert not schema.is_current(database)

    migrate.upgrade(database)

    assert schema.is_current(database)
    database.close()
