"""`policy_faq/*.yaml` to a corpus, with every mistake of all files at once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from zhiqibot.content.policies import (
    ClauseWords,
    Document,
    Fact,
    Faq,
    FaqFile,
    PolicyCorpus,
    PolicyFile,
    Synonyms,
    Unanswered,
)
from zhiqibot.content.policy_checks import check_cards, check_faqs, check_one_owner, check_rules, check_successors
from zhiqibot.content.policy_limit_checks import check_limits
from zhiqibot.content.policy_limits import Measures
from zhiqibot.content.profile import ProfileContent
from zhiqibot.content.reading import Mistakes, read_model, read_yaml

_OWN_FILES = ("_synonyms.yaml", "_clause_words.yaml", "_unanswered.yaml", "_profile.yaml", "_measures.yaml")
_NAMED = ("faq", *_OWN_FILES, "_semantic.npz")
"""What a policy folder may hold besides its documents."""


def load_policies(folder: Path, *, today: date | None = None) -> PolicyCorpus:
    """Read the corpus; raise one ContentError that lists every mistake as `file: field: reason`.

    With `today`, a card whose validity has passed must name its successor."""
    mistakes = Mistakes()
    files = {path: _read(PolicyFile, path, mistakes) for path in sorted(folder.glob("[!_.]*.yaml"))}
    faq_files = {path: _read(FaqFile, path, mistakes) for path in sorted((folder / "faq").glob("[!_.]*.yaml"))}
    if not files:
        mistakes.add(folder.name, "-", "没有找到任何政策文件（*.yaml）")
    documents: dict[str, Document] = {}
    facts: dict[str, Fact] = {}
    for path, file in files.items():
        if file is None:
            continue
        if file.document.id != path.stem:
            mistakes.add(path.name, "document.id", f"应与文件名一致（{path.stem}）")
        documents[file.document.id] = file.document
        check_cards(path.name, file.document, file.cards, facts, today, mistakes)
        facts.update({card.id: Fact(file.document, card) for card in file.cards if card.id not in facts})
    check_successors(facts, mistakes)
    faqs: dict[str, tuple[str, Faq]] = {}
    for path, faq_file in faq_files.items():
        entries = faq_file.faq if faq_file else ()
        known = None if any(file is None for file in files.values()) else facts
        check_faqs(path.name, entries, faqs, known, mistakes)
        faqs.update({one.id: (path.name, one) for one in entries if one.id not in faqs})
    check_one_owner(facts, faqs, mistakes)
    for stray in _strays(folder):
        mistakes.add(stray, "-", "政策文件夹里没有这样的文件或子文件夹，不会被读取，请检查名称")
    synonyms = _optional(Synonyms, folder / "_synonyms.yaml", mistakes)
    clause_words = _optional(ClauseWords, folder / "_clause_words.yaml", mistakes)
    unanswered = _optional(Unanswered, folder / "_unanswered.yaml", mistakes)
    measures = _read_measures(folder / "_measures.yaml", mistakes)
    check_limits(facts.values(), measures, mistakes)
    profile = _read_profile(folder / "_profile.yaml", mistakes)
    if profile:
        check_rules(facts.values(), profile, mistakes)
    mistakes.raise_if_any()
    return PolicyCorpus(
        documents, facts, {key: one for key, (_, one) in faqs.items()}, synonyms.synonyms if synonyms else {}, profile or ProfileContent(),
        unanswered.questions if unanswered else (), measures, clause_words or ClauseWords(),
    )  # fmt: skip


def _optional(model: type[Any], path: Path, mistakes: Mistakes) -> Any:
    return _read(model, path, mistakes) if path.exists() else None


def _read_profile(path: Path, mistakes: Mistakes) -> ProfileContent | None:
    """Return what the calculator knows of; None when its file cannot be read (which is noted)."""
    if not path.exists():
        return ProfileContent()
    profile: ProfileContent | None = _read(ProfileContent, path, mistakes)
    for where, reason in profile.problems() if profile else ():
        mistakes.add(path.name, where, reason)
    return profile


def _read_measures(path: Path, mistakes: Mistakes) -> Measures:
    """Return the measures limits may use; none when the file is not there or cannot be read (which is noted)."""
    measures: Measures = _optional(Measures, path, mistakes) or Measures()
    for where, reason in measures.problems():
        mistakes.add(path.name, where, reason)
    return measures


def _read(model: type[Any], path: Path, mistakes: Mistakes) -> Any:
    before = len(mistakes.lines)
    data = read_yaml(path, mistakes)
    if data is None:
        if len(mistakes.lines) == before:
            mistakes.add(path.name, "-", "文件是空的")
        return None
    return read_model(model, data, path.name, mistakes)


def _strays(folder: Path) -> Iterator[str]:
    """Yield what lies in the folder and is read by nobody: a misspelt `faqs/` would silently be no questions at all."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        known = path.name in _NAMED or path.name.startswith(".") or path.suffix == ".md"
        if not known and (path.is_dir() or path.suffix != ".yaml" or path.name.startswith("_")):
            yield path.name
