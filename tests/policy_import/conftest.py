"""Documents read without a database, and the desk of 柳溪县 that has nothing but imported documents."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from zhiqibot.content.intent_loading import load_intents
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.content.reading import content_root
from zhiqibot.directory.model import Person, Role
from zhiqibot.nlu.words import Cut, make_cutter
from zhiqibot.storage.database import Database
from zhiqibot.topics.policies.documents.importing import read_file
from zhiqibot.topics.policies.documents.proposals import TopicWords
from zhiqibot.topics.policies.documents.service import SourceFile
from zhiqibot.topics.policies.documents.tree import ReadDocument
from zhiqibot.topics.policies.places import HomeRegion

TODAY = date(2026, 11, 23)
HOME = HomeRegion(county="柳溪县", city="安岭市", province="河南省")
OFFICE, CLERK, GONE = "office-1", "clerk-1", "office-left"

ReadFile = Callable[[Path], tuple[ReadDocument, SourceFile]]


@pytest.fixture(scope="session")
def topic_words() -> TopicWords:
    lexicon = load_intents(content_root() / "intents").lexicon
    return {topic: named.words for topic, named in lexicon.topics.items()}


@pytest.fixture(scope="session")
def cut() -> Cut:
    """The product's own: one process has one dictionary, so the words of the cards must be in it from the start."""
    cards = load_policies(content_root() / "policy_faq")
    return make_cutter([*load_intents(content_root() / "intents").lexicon.words, *cards.words()])


@pytest.fixture(scope="session")
def read(topic_words: TopicWords) -> ReadFile:
    """Read a file as the command does, child process and all."""
    return lambda path: read_file(path, topic_words, HOME.county, TODAY)


@pytest.fixture
def staffed(database: Database) -> Database:
    """The database with a person of the office, a clerk of a bureau, and one who has left the office."""
    people = ((OFFICE, Role.OFFICE, True), (CLERK, Role.CLERK, True), (GONE, Role.OFFICE, False))
    with database.write() as session:
        session.add_all(Person(id=key, role=role, name=b"sealed", active=active) for key, role, active in people)
    return database
