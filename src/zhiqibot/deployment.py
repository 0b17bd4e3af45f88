"""What a deployment is made of before it has a database: its content, its language, its policy desk."""

from collections.abc import Mapping
from dataclasses import dataclass

from zhiqibot.content.county import County, load_county
from zhiqibot.content.intents import TOPICS, IntentContent
from zhiqibot.content.kept_intents import load_intents_kept
from zhiqibot.content.policies import PolicyCorpus
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.content.world import World, load_world
from zhiqibot.core.workdays import WorkdayCalendar, load_calendar
from zhiqibot.language import make_understander
from zhiqibot.nlu.semantic import load_embedder
from zhiqibot.nlu.understander import Understander
from zhiqibot.nlu.words import Cut, make_cutter
from zhiqibot.settings import Settings
from zhiqibot.storage.database import Database
from zhiqibot.topics.events.timetable import SeriesRecord, load_events
from zhiqibot.topics.inspections.quiet_days import QuietDays, load_quiet_days
from zhiqibot.topics.policies.classifier import EntryClassifier, load_classifier
from zhiqibot.topics.policies.clause_meaning import SentenceVectors
from zhiqibot.topics.policies.desk import HomeRegion, PolicyDesk
from zhiqibot.topics.policies.documents.shelf import ClauseShelf
from zhiqibot.topics.policies.learning.interpreters import check_interpreters
from zhiqibot.topics.policies.meaning import SHIPPED, MeaningIndex, load_meaning, vectors_path
from zhiqibot.topics.policies.quoting import Clauses


@dataclass(frozen=True)
class Content:
    """All YAML of a deployment, read and checked."""

    intents: IntentContent
    policies: PolicyCorpus
    county: County
    world: World
    calendar: WorkdayCalendar
    events: tuple[SeriesRecord, ...]
    quiet_days: QuietDays
    topic_titles: Mapping[str, str]


def load_content(settings: Settings) -> Content:
    """Read everything; raise a ContentError with every mistake of the first part that has any."""
    intents = load_intents_kept(settings.content_dir / "intents", settings.own_intents, settings.cache_dir)
    county, world = load_county(settings.county_dir, TOPICS), load_world(settings.county_dir)
    check_interpreters(county, world)
    return Content(
        intents=intents,
        policies=load_policies(settings.content_dir / "policy_faq"),
        county=county,
        world=world,
        calendar=load_calendar(settings.holidays_dir),
        events=load_events(settings.county_dir),
        quiet_days=load_quiet_days(settings.county_dir),
        topic_titles=titles_of(intents),
    )


def titles_of(intents: IntentContent) -> Mapping[str, str]:
    """Return what the topics are called."""
    return {topic: named.title for topic, named in intents.lexicon.topics.items()}


def load_language(settings: Settings, content: Content, *, semantic: bool = True) -> Understander:
    """Load (training first, if the content is new) what understands messages."""
    return make_understander(settings, content.intents, content.world, content.calendar, semantic=semantic)


def make_policy_desk(
    content: Content,
    cut: Cut | None = None,
    imported: Database | None = None,
    *,
    sounds: Mapping[int, str] | None = None,
    meaning: MeaningIndex | None = None,
    classifier: EntryClassifier | None = None,
    sentences: SentenceVectors | None = None,
) -> PolicyDesk:
    """Index the policy corpus for this county; `cut` shares a word cutter that is loaded already.

    `imported`: the database whose approved documents the desk answers from, beside the corpus. `sounds` lets it put
    homophones right, `meaning` find questions that share no words with the card, `classifier` tell cards apart, `sentences` find clauses
    by what they mean."""
    region = content.county.region
    home = HomeRegion(county=region.county, city=region.city, province=region.province)
    cut = cut or make_cutter(content.intents.lexicon.words)
    clauses = Clauses(ClauseShelf(imported, cut, home, sentences), home) if imported else None
    return PolicyDesk(
        content.policies, cut, home, clauses=clauses, sounds=sounds, meaning=meaning, classifier=classifier
    )


def open_policy_desk(
    settings: Settings, content: Content, understander: Understander, imported: Database | None = None
) -> PolicyDesk:
    """Return the desk of a deployment, sharing what the understander has loaded; trains for new policies first.

    Raises TrainingFailed."""
    folder, cache = settings.content_dir / "policy_faq", settings.cache_dir
    places = (vectors_path(cache), folder / SHIPPED)
    meaning = load_meaning(content.policies, places, load_embedder()) if understander.has_semantic else None
    return make_policy_desk(
        content,
        understander.cut,
        imported,
        sounds=understander.sounds,
        meaning=meaning,
        classifier=load_classifier(content.policies, folder, cache),
        sentences=SentenceVectors(meaning.embedder, meaning.centre, cache) if meaning else None,
    )
