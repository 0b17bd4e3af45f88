"""政策解读员: who explains which policies, from the county's settings."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhiqibot.content.county import County, Interpreter
from zhiqibot.content.reading import Mistakes
from zhiqibot.content.world import World


@dataclass(frozen=True)
class Interpreters:
    """The county's interpreters, in the order of its settings."""

    everyone: Sequence[Interpreter]

    def for_topic(self, topic: str) -> list[Interpreter]:
        """Return who explains a topic: those named for it, then those who explain everything."""
        own = [one for one in self.everyone if topic in one.topics]
        return [*own, *(one for one in self.everyone if not one.topics)]

    def find(self, said: str) -> Interpreter | None:
        """Return the interpreter meant by an id or a name, or by a name with a title (“韩素云主任”)."""
        said = said.strip()
        exact = next((one for one in self.everyone if said in (one.person, one.name)), None)
        return exact or next((one for one in self.everyone if said.startswith(one.name)), None)

    @property
    def names(self) -> str:
        return "、".join(one.name for one in self.everyone)


def check_interpreters(county: County, world: World) -> None:
    """Raise a ContentError when an interpreter is none of the county's staff, or goes by another name there."""
    mistakes = Mistakes()
    clerks = [clerk for unit in world.units for clerk in unit.clerks]
    staff = {one.id: one.name for one in (*world.cadres, *world.office_clerks, *clerks)}
    for place, one in enumerate(county.interpreters):
        if one.person not in staff:
            mistakes.add("county.yaml", f"interpreters.{place}.person", f"通讯录中没有这个工作人员：{one.person}")
        elif one.name != staff[one.person]:
            mistakes.add("county.yaml", f"interpreters.{place}.name", f"与通讯录不一致：{staff[one.person]}")
    mistakes.raise_if_any()
