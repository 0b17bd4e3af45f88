"""Fresh questions, written before anyone saw how they are answered, of documents that no rule was made for."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import pytest
import yaml

from tests.policy_import.conftest import HOME, OFFICE, TODAY, ReadFile
from tests.policy_import.samples import HERE, SAMPLE
from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.content.reading import content_root
from zhiqibot.directory.model import Person, Role
from zhiqibot.nlu.semantic import load_embedder
from zhiqibot.nlu.words import Cut
from zhiqibot.storage.database import open_database
from zhiqibot.topics.policies.clause_meaning import SentenceVectors
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.documents import service
from zhiqibot.topics.policies.documents.shelf import ClauseShelf
from zhiqibot.topics.policies.meaning import SHIPPED, load_vectors
from zhiqibot.topics.policies.quoting import Clauses

NOW = datetime.fromisoformat(f"{TODAY}T10:00:00+08:00")
REFUSED = 0.95
TRADE = ("柳溪县促进商贸物流和电子商务发展若干政策.txt", "柳溪县文旅康养产业扶持办法.md")


class Asked(NamedTuple):
    """A file of questions, the samples it asks of, and how many must be right: by words alone, and by meaning too."""

    file: str
    samples: tuple[str, ...]
    by_words: float
    by_meaning: float


ASKED = (
    Asked("trade_tuned", TRADE, 0.90, 0.96),
    Asked("trade_held_out", TRADE, 0.86, 0.88),
    Asked("farming", ("柳溪县农业和质量强县奖补办法.txt",), 0.88, 0.90),
    Asked("building", ("柳溪县支持建筑业和数字经济发展的意见.txt",), 0.78, 0.83),
    Asked("medicine", ("柳溪县支持医药和竹木家居产业若干措施.txt",), 0.63, 0.71),
)

MakeDesk = Callable[[tuple[str, ...], bool], PolicyDesk]
with_and_without = pytest.mark.parametrize("meaning", [False, True], ids=["words", "meaning"])


@pytest.fixture(scope="module")
def desk_over(read: ReadFile, cut: Cut) -> MakeDesk:
    """Import and approve samples; the desk has nothing else. With `meaning`, the semantic layer has read them."""

    @cache
    def make(samples: tuple[str, ...], meaning: bool) -> PolicyDesk:
        database = open_database("sqlite://")
        database.create_tables()
        with database.write() as session:
            session.add(Person(id=OFFICE, role=Role.OFFICE, name=b"sealed", active=True))
            session.flush()
            for name in samples:
                row, _ = service.store_draft(session, *read(SAMPLE.parent / name), HOME.county, NOW)
                service.approve(session, row.id, OFFICE, NOW)
        shelf = ClauseShelf(database, cut, HOME, vectors() if meaning else None)
        shelf.wait_until_learnt()
        words = load_policies(content_root() / "policy_faq").clause_words
        corpus = PolicyCorpus({}, {}, {}, clause_words=words)
        return PolicyDesk(corpus, cut, HOME, strict=True, clauses=Clauses(shelf, HOME))

    return make


def vectors() -> SentenceVectors:
    embedder = load_embedder()
    if embedder is None:
        pytest.skip("the semantic layer is not installed")
    return SentenceVectors(embedder, load_vectors(content_root() / "policy_faq" / SHIPPED).centre)


def questions(asked: Asked) -> Any:
    return yaml.safe_load((HERE / "fresh" / f"{asked.file}.yaml").read_text(encoding="utf-8"))


def is_right(desk: PolicyDesk, one: dict[str, Any]) -> bool:
    before = desk.answer(one["after"], NOW).question if "after" in one else None
    answer = desk.answer(one["ask"], NOW, context=before)
    return answer.answered and all(part in answer.text.split("依据：")[0] for part in one["says"])


@with_and_without
@pytest.mark.parametrize("asked", ASKED, ids=lambda one: one.file)
def test_fresh_questions_are_answered(asked: Asked, meaning: bool, desk_over: MakeDesk) -> None:
    """没见过的文件、没见过的问法：答案在条款里的，答得出。"""
    desk, answered = desk_over(asked.samples, meaning), questions(asked)["answered"]

    wrong = [one["ask"] for one in answered if not is_right(desk, one)]

    assert 1 - len(wrong) / len(answered) >= (asked.by_meaning if meaning else asked.by_words), wrong


@with_and_without
@pytest.mark.parametrize("asked", ASKED, ids=lambda one: one.file)
def test_near_misses_are_refused(asked: Asked, meaning: bool, desk_over: MakeDesk) -> None:
    """条款里没有的，哪怕很像，也不拿来充数。"""
    desk, near = desk_over(asked.samples, meaning), questions(asked)["refused"]

    newly = [one for one in near if desk.answer(one, NOW).answered]

    assert 1 - len(newly) / len(near) >= REFUSED, newly
