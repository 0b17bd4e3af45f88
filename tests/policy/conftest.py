"""The desk of 方城县 over the real corpus, strict about numbers, and a clock that stands still."""

from collections.abc import Callable
from datetime import datetime

import pytest

from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.content.reading import content_root
from zhiqibot.core.clock import SHANGHAI
from zhiqibot.nlu.words import make_cutter
from zhiqibot.settings import Settings
from zhiqibot.topics.policies.classifier import EntryClassifier, load_classifier
from zhiqibot.topics.policies.desk import PolicyDesk
from zhiqibot.topics.policies.model import PolicyAnswer

NOW = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)

Ask = Callable[..., PolicyAnswer]


@pytest.fixture(scope="session")
def corpus() -> PolicyCorpus:
    return load_policies(content_root() / "policy_faq", today=NOW.date())


@pytest.fixture(scope="session")
def classifier(corpus: PolicyCorpus) -> EntryClassifier | None:
    return load_classifier(corpus, content_root() / "policy_faq", Settings().cache_dir)


@pytest.fixture(scope="session")
def desk(corpus: PolicyCorpus, classifier: EntryClassifier | None) -> PolicyDesk:
    return PolicyDesk(corpus, make_cutter(corpus.words()), strict=True, classifier=classifier)


@pytest.fixture(scope="session")
def ask(desk: PolicyDesk) -> Ask:
    def one(text: str, after: str | None = None) -> PolicyAnswer:
        return desk.answer(text, NOW, context=after)

    return one
