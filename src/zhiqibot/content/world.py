"""A county's units, cadres and enterprises: the YAML files as objects."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from zhiqibot.content.reading import Mistakes, read_model, read_yaml
from zhiqibot.core.numbers import is_uscc


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonRecord(_Record):
    """One person of a YAML file."""

    id: str
    name: str = Field(min_length=2)
    title: str = ""
    phone: str = ""


class UnitRecord(_Record):
    id: str
    name: str
    short: list[str] = []
    kind: str = "bureau"
    phone: str = ""
    topics: list[str] = []
    clerks: list[PersonRecord] = []


class CadreRecord(PersonRecord):
    unit: str = ""
    enterprises: list[str] = []
    substitute: str | None = None


class StaffRecord(PersonRecord):
    unit: str = ""


class EnterpriseRecord(_Record):
    id: str
    name: str
    short: list[str] = []
    uscc: str
    region: str = ""
    industry: str = ""
    scale: str = ""
    tags: list[str] = []
    contacts: list[PersonRecord] = []
    subscriptions: list[str] = []
    invite: str = ""

    @field_validator("uscc")
    @classmethod
    def _checked(cls, value: str) -> str:
        if not is_uscc(value):
            raise ValueError("统一社会信用代码的校验位不对")
        return value


@dataclass(frozen=True)
class World:
    """Everything a county's YAML folder says about people."""

    units: tuple[UnitRecord, ...]
    enterprises: tuple[EnterpriseRecord, ...]
    cadres: tuple[CadreRecord, ...]
    supervisors: tuple[StaffRecord, ...]
    office_clerks: tuple[StaffRecord, ...]


def load_world(folder: Path) -> World:
    """Read units.yaml, enterprises.yaml and cadres.yaml; raise one ContentError with every mistake."""
    mistakes = Mistakes()
    staff = read_yaml(folder / "cadres.yaml", mistakes) or {}
    world = World(
        units=_records(UnitRecord, read_yaml(folder / "units.yaml", mistakes), "units.yaml", mistakes),
        enterprises=_records(
            EnterpriseRecord, read_yaml(folder / "enterprises.yaml", mistakes), "enterprises.yaml", mistakes
        ),
        cadres=_records(CadreRecord, staff.get("cadres"), "cadres.yaml", mistakes),
        supervisors=_records(StaffRecord, staff.get("supervisors"), "cadres.yaml", mistakes),
        office_clerks=_records(StaffRecord, staff.get("office_clerks"), "cadres.yaml", mistakes),
    )
    known = {one.id for one in world.enterprises}
    for cadre in world.cadres:
        for missing in sorted(set(cadre.enterprises) - known):
            mistakes.add("cadres.yaml", f"{cadre.id}.enterprises", f"没有这家企业：{missing}")
    mistakes.raise_if_any()
    return world


def _records(model: type[Any], rows: Any, file: str, mistakes: Mistakes) -> tuple[Any, ...]:
    read = []
    seen: set[str] = set()
    for number, row in enumerate(rows or [], 1):
        record = read_model(model, row, file, mistakes, prefix=f"第 {number} 条.")
        if record is None:
            continue
        if record.id in seen:
            mistakes.add(file, f"第 {number} 条.id", f"重复：{record.id}")
        seen.add(record.id)
        read.append(record)
    return tuple(read)
