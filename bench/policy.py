"""Policy search against the least it takes: adding up the postings of the same words, in the same run.

    python bench/policy.py [--clauses 50000] [--queries 500]

Builds an index over that many clauses (sentences of the corpus, recombined), then prints the build time, the memory,
milliseconds a lexical query, the time to add one document, and questions a second of the policy desk itself.
"""

import argparse
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).parents[1]))

from zhiqibot.content.policies import PolicyCorpus, fold
from zhiqibot.core.clock import read_instant
from zhiqibot.deployment import load_content, make_policy_desk
from zhiqibot.nlu.words import make_cutter
from zhiqibot.settings import Settings
from zhiqibot.topics.policies.postings import terms_of
from zhiqibot.topics.policies.searching import Document, TextIndex

NOW = read_instant("2026-11-23T10:00")
QUERY_GOAL_MS, MEMORY_GOAL_MB, DESK_GOAL = 5.0, 1024, 1_000.0


def clauses(corpus: PolicyCorpus, wanted: int) -> Iterator[Document]:
    """Yield clauses of three to five sentences of the corpus, with numbers of their own."""
    dice = random.Random(20261123)
    said = [one for fact in corpus.facts.values() for one in fact.card.summary.split("。") if len(one) > 8]
    for number in range(wanted):
        text = "。".join(dice.sample(said, dice.randint(3, 5)))
        yield Document(str(number), f"第{number}条 {text}，自{dice.randint(2015, 2026)}年起执行。")


def milliseconds(work: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    taken = []
    for question in questions:
        began = time.perf_counter()
        work(question)
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


def line(name: str, times: Sequence[float]) -> str:
    return f"{name:<26} median {statistics.median(times):.3f} ms  p99 {times[int(len(times) * 0.99)]:.3f} ms"


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clauses", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=500)
    chosen = parser.parse_args()
    content = load_content(Settings())
    cut = make_cutter(content.intents.lexicon.words)
    questions = [q for fact in content.policies.facts.values() for q in fact.card.questions][: chosen.queries]
    before, began = memory_mb(), time.perf_counter()
    with click.progressbar(length=chosen.clauses, label="建立索引", file=sys.stderr) as bar:
        index = TextIndex.of(clauses(content.policies, chosen.clauses), cut, progress=lambda _: bar.update(1))
    built = time.perf_counter() - began
    print(
        f"{chosen.clauses} clauses built in {built:.1f} s, {memory_mb() - before:.0f} MB more ({memory_mb():.0f} in all)"
    )
    print(f"memory goal {MEMORY_GOAL_MB} MB {'met' if memory_mb() <= MEMORY_GOAL_MB else 'MISSED'}")
    terms = {question: list(dict.fromkeys(terms_of(fold(question), cut))) for question in questions}
    floor = milliseconds(lambda question: index.postings.scores(terms[question]), questions)
    search = milliseconds(lambda question: index.search(question, 10), questions)
    print(line("adding up postings (floor)", floor))
    ratio = statistics.median(search) / statistics.median(floor)
    verdict = "met" if statistics.median(search) <= QUERY_GOAL_MS else "MISSED"
    print(f"{line('lexical query', search)}  {ratio:.2f} of the floor  goal {QUERY_GOAL_MS} ms {verdict}")
    began = time.perf_counter()
    index.adding([Document("new", "新增条款：对首次入规企业给予一次性奖励。")])
    print(f"one document more: {time.perf_counter() - began:.2f} s, nothing read anew")
    desk = make_policy_desk(content)
    found = milliseconds(desk.index.search, questions)
    rate = 1000 / statistics.mean(found)
    verdict = "met" if rate >= DESK_GOAL else "MISSED"
    print(f"{line('policy desk, retrieval', found)}  {rate:,.0f}/s  goal {DESK_GOAL:,.0f} {verdict}")
    times = milliseconds(lambda question: desk.answer(question, NOW), questions)
    print(f"{line('policy desk, an answer', times)}  {1000 / statistics.mean(times):,.0f}/s")


if __name__ == "__main__":
    main()
