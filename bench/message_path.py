"""The message path against its floor: the same aiohttp app with HMAC check and no database, in the same run.

    python bench/message_path.py [--rounds 3] [--pg URL]

Prints, per engine: durable intake (acknowledged = stored), p99 of intake, and full handling (understood, ticket,
history and notices committed, reply in the outbox) as ratios to the floor measured just before.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg
from sqlalchemy.engine import make_url
from tests.postgres import NoServer, server

from bench import load

CONNECTIONS = 32
FLOOR_REQUESTS = 20_000
INTAKE_REQUESTS = 12_000
FULL_REQUESTS = 6_000
GOALS = {"sqlite": {"intake": 0.30, "full": 0.05}, "postgresql": {"intake": 0.22, "full": 0.0}}


@contextmanager
def running(mode: str, url: str = "") -> Iterator[int]:
    """Start the server under load; yield its port."""
    command = [sys.executable, str(Path(__file__).with_name("server.py")), mode, "--url", url]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def count(port: int) -> dict[str, int]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/count") as answer:
        return dict(json.load(answer))


def measure(mode: str, requests: int, url: str = "") -> tuple[load.Outcome, float, dict[str, int]]:
    """Return the load's outcome, the rate of complete work, and what the server counted."""
    prepared = load.requests(requests, uuid4().hex[:8])
    with running(mode, url) as port:
        if mode == "floor":
            asyncio.run(load.run(port, load.requests(500, uuid4().hex[:8]), CONNECTIONS))  # warm-up
        began = time.perf_counter()
        outcome = asyncio.run(load.run(port, prepared, CONNECTIONS))
        if mode == "floor":
            return outcome, outcome.rate, {}
        while mode == "full" and count(port)["handled"] < requests:
            time.sleep(0.05)
        seconds = time.perf_counter() - began
        counted = count(port)
    return outcome, requests / seconds if mode == "full" else outcome.rate, counted


def one_round(engine: str, url: str) -> dict[str, float]:
    floor, rate, _ = measure("floor", FLOOR_REQUESTS)
    intake, intake_rate, _ = measure("intake", INTAKE_REQUESTS, url_for(engine, url))
    _, full_rate, counted = measure("full", FULL_REQUESTS, url_for(engine, url))
    assert counted["handled"] == counted["stored"] == FULL_REQUESTS, counted
    return {
        "floor_per_s": rate,
        "intake": intake_rate / rate,
        "p99": intake.p99_ms / floor.p99_ms,
        "full": full_rate / rate,
        "handled_per_s": full_rate,
        "tickets": counted["tickets"],
    }


def url_for(engine: str, url: str) -> str:
    """Return a URL of a fresh database."""
    if engine == "sqlite":
        return f"sqlite:///{tempfile.mkdtemp(prefix='zq-bench-')}/bench.db"
    name = f"bench_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')  # type: ignore[arg-type]
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    engines = ["sqlite", "postgresql"] if options.engine == "both" else [options.engine]
    print(f"{'engine':11} {'floor/s':>8} {'intake':>7} {'p99':>6} {'full':>7} {'handled/s':>9} {'tickets':>8}")
    with server() if "postgresql" in engines else nullcontext("") as url:
        for engine in engines:
            rounds = []
            for _ in range(options.rounds):
                rounds.append(one_round(engine, url))
                show(engine, rounds[-1])
            middle = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
            show(f"{engine} ~", middle)
            for what, goal in GOALS[engine].items():
                verdict = "reached" if middle[what] >= goal else "MISSED"
                print(f"  {what}: {middle[what]:.3f} of the floor (goal {goal:.2f}): {verdict}")
            print(f"  p99 of intake: {middle['p99']:.1f} x the floor's (goal 4)")


def show(name: str, one: dict[str, float]) -> None:
    print(
        f"{name:11} {one['floor_per_s']:8.0f} {one['intake']:7.3f} {one['p99']:6.1f} {one['full']:7.3f} "
        f"{one['handled_per_s']:9.0f} {one['tickets']:8.0f}",
        flush=True,
    )


if __name__ == "__main__":
    try:
        main()
    except NoServer as error:
        sys.exit(f"PostgreSQL is missing: {error}")
