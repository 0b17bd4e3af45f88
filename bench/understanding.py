"""Understanding against the least that reading a message takes: word cutting alone, in the same run, on one core.

    python bench/understanding.py [--messages FILE.jsonl] [--rounds 3]

Prints messages a second without and with the semantic layer (and how many were asked of it), expressions a second of
the time parser, the slowest messages, how long an event loop waits beside them, the time to train from YAML and the time until a fresh process has understood
its first message. Times of one machine at one moment: read the ratios.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import yaml

from zhiqibot.core.clock import read_instant
from zhiqibot.deployment import load_content
from zhiqibot.nlu.chinese_time import find_times
from zhiqibot.nlu.labelled import read_labelled
from zhiqibot.nlu.loading import load_understander
from zhiqibot.nlu.semantic import load_embedder
from zhiqibot.nlu.understander import Understander
from zhiqibot.settings import Settings

ROOT = Path(__file__).parents[1]
NOW = read_instant("2026-11-23T10:00")
GOALS = {"fast": 1_000.0, "cascade": 300.0, "times": 10_000.0}
NAP_S = 0.001
TRAINING_GOAL_S, READY_GOAL_S, BLOCKING_GOAL_MS = 20.0, 1.5, 20.0


def rate(work: Callable[[Any], object], items: Sequence[Any], rounds: int) -> tuple[float, list[float]]:
    """Return items a second (best round) and the milliseconds of every item in that round."""
    best, times = 0.0, [0.0]
    for _ in range(rounds):
        taken = []
        for item in items:
            began = time.perf_counter()
            work(item)
            taken.append((time.perf_counter() - began) * 1000)
        if len(items) / sum(taken) * 1000 > best:
            best, times = len(items) / sum(taken) * 1000, taken
    return best, sorted(times)


def show(name: str, found: tuple[float, list[float]], floor: float, goal: float | None = None) -> None:
    per_s, times = found
    aim = f"  goal {goal:,.0f}/s {'met' if per_s >= goal else 'MISSED'}" if goal else ""
    print(
        f"{name:<28}{per_s:>10,.0f}/s  {per_s / floor:>7.4f} of word cutting  median {statistics.median(times):.2f} ms"
        f"  p99 {times[int(len(times) * 0.99)]:.2f} ms  max {times[-1]:.2f} ms{aim}"
    )


def reader(understander: Understander) -> Callable[[dict[str, Any]], object]:
    return lambda record: understander.understand(record["text"], NOW, role=record.get("role", "enterprise"))


def waits_ms(work: Callable[[Any], object], items: Sequence[Any]) -> list[float]:
    """Return how late, in ms, an event loop wakes from naps of a millisecond while a thread works, as the inbox's do."""

    async def napping() -> list[float]:
        working = asyncio.create_task(asyncio.to_thread(lambda: [work(item) for item in items]))
        late = []
        while not working.done():
            began = time.perf_counter()
            await asyncio.sleep(NAP_S)
            late.append((time.perf_counter() - began - NAP_S) * 1000)
        await working
        return sorted(late)

    return asyncio.run(napping())


def show_waits(name: str, late: list[float]) -> None:
    aim = f"goal {BLOCKING_GOAL_MS:.0f} ms {'met' if late[-1] <= BLOCKING_GOAL_MS else 'MISSED'}"
    print(f"event loop beside {name}: p99 {late[int(len(late) * 0.99)]:.1f} ms  max {late[-1]:.1f} ms late  {aim}")


def ready_s(cache: Path) -> float:
    """Return the seconds from the start of a process to its first understood message."""
    line = '{"id":1,"text":"厂里停电了"}\n'
    began = time.perf_counter()
    environment = os.environ | {"ZHIQIBOT_CACHE_DIR": str(cache)}
    command = [sys.executable, "-m", "zhiqibot", "parse", "--jsonl"]
    subprocess.run(command, input=line, text=True, capture_output=True, check=True, env=environment)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=Path, default=ROOT / "tests/nlu/heldout.jsonl")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    content = load_content(Settings())
    records = read_labelled(chosen.messages, "intent")
    groups = yaml.safe_load((ROOT / "tests/nlu/time_expressions.yaml").read_text("utf-8"))["times"]
    expressions = [str(case).split(" => ")[0] for group in groups for case in group["cases"]]
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        began = time.perf_counter()
        command = [sys.executable, "-m", "zhiqibot.nlu.training", str(content.intents.folder), str(cache)]
        subprocess.run(command, check=True, capture_output=True)
        trained = time.perf_counter() - began
        fast = load_understander(content.intents, cache, workdays=content.calendar, semantic=False)
        floor, times = rate(lambda record: fast.cut(record["text"]), records, chosen.rounds)
        print(f"{len(records)} messages, one core")
        show("word cutting (floor)", (floor, times), floor)
        show("understanding", rate(reader(fast), records, chosen.rounds), floor, GOALS["fast"])
        show_waits("word cutting", waits_ms(lambda record: fast.cut(record["text"]), records))
        show_waits("understanding", waits_ms(reader(fast), records))
        if load_embedder() is not None:
            both = load_understander(content.intents, cache, workdays=content.calendar)
            before = both.second_opinions
            reading = reader(both)
            for record in records:
                reading(record)
            print(f"asked of the semantic layer: {(both.second_opinions - before) / len(records):.1%}")
            show("with the semantic layer", rate(reading, records, 1), floor, GOALS["cascade"])
            show_waits("the semantic layer", waits_ms(reading, records))
        found = rate(lambda text: find_times(text, NOW, workdays=content.calendar), expressions, chosen.rounds)
        show("time expressions", found, floor, GOALS["times"])
        started = min(ready_s(cache) for _ in range(3))
    print(f"training from YAML {trained:.1f} s (goal {TRAINING_GOAL_S:.0f})")
    print(f"ready after {started:.2f} s (goal {READY_GOAL_S})")


if __name__ == "__main__":
    main()
