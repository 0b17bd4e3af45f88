"""A page to be printed, as plain data: topics write it, the web side shows it. All of it is text, never markup."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One item of a section: a heading, its lines (name, text), and where it stands."""

    title: str
    mark: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Section:
    """A headed list of entries."""

    title: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Page:
    """What is printed: title, a line under it, a table of facts, sections, closing notes."""

    title: str
    subtitle: str = ""
    facts: tuple[tuple[str, str, str], ...] = ()
    """(name, value, where it comes from)"""
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
