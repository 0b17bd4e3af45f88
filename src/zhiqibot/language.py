"""Language understanding of a deployment, without a database: what `parse` and `evaluate` need, and no more."""

from zhiqibot.content.intents import IntentContent
from zhiqibot.content.kept_intents import load_intents_kept
from zhiqibot.content.world import World, load_world
from zhiqibot.core.workdays import WorkdayCalendar, load_calendar
from zhiqibot.nlu.loading import load_understander
from zhiqibot.nlu.understander import Understander
from zhiqibot.settings import Settings


def load_language(settings: Settings, *, semantic: bool = True) -> Understander:
    """Read what understanding needs of the content, and load what understands messages."""
    intents = load_intents_kept(settings.content_dir / "intents", settings.own_intents, settings.cache_dir)
    world, calendar = load_world(settings.county_dir), load_calendar(settings.holidays_dir)
    return make_understander(settings, intents, world, calendar, semantic=semantic)


def make_understander(
    settings: Settings, intents: IntentContent, world: World, calendar: WorkdayCalendar, *, semantic: bool = True
) -> Understander:
    """Load (training first, if the content is new) what understands messages, with the semantic layer where there is one."""
    return load_understander(
        intents,
        settings.cache_dir,
        workdays=calendar,
        enterprise_names=[name for enterprise in world.enterprises for name in (enterprise.name, *enterprise.short)],
        unit_names={short: unit.name for unit in world.units for short in (unit.name, *unit.short)},
        semantic=semantic and settings.semantic,
    )
