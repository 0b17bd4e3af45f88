"""The web side's own threads for blocking work."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

WORKERS = 6


class Threads:
    """A pool apart from the loop's own, so that a hundred pages reading do not hold up delivery.

    Closing it waits for work that a gone page left behind: it may still be using the database."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="web")

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what `work` returns, without blocking the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(*args, **kwargs))

    async def close(self) -> None:
        """Finish what was begun; take nothing more."""
        await asyncio.to_thread(self._pool.shutdown)
