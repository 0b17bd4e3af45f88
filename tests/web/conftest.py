from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.web.world import Visitor, World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return new_world(tmp_path)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield session


@pytest.fixture
async def base(world: World) -> AsyncIterator[str]:
    """The address of the running web server."""
    async with world.running() as serving:
        yield f"http://127.0.0.1:{serving.port}"


@pytest.fixture
def visitor(base: str, http: aiohttp.ClientSession) -> Callable[[], Visitor]:
    """Makes visitors who have not arrived yet."""
    return lambda: Visitor(http, base)
