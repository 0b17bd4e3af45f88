"""From `intents/*.yaml` to objects: every mistake told as `file: field: reason`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zhiqibot.content.intents import (
    OUT_OF_SCOPE,
    TOPICS,
    Background,
    Intent,
    IntentContent,
    Lexicon,
    SlotLists,
    bare_form,
)
from zhiqibot.content.own_intents import OwnContent, read_own
from zhiqibot.content.reading import Mistakes, read_model, read_yaml

MIN_SENTENCES = 3


def load_intents(folder: Path, own: Path | None = None) -> IntentContent:
    """Read the folder, and the operator's own sentences in `own`; raise one ContentError that lists every mistake."""
    mistakes = Mistakes()
    intents: dict[str, Intent] = {}
    for path in sorted(folder.glob("[!_]*.yaml")):
        intent = _read_intent(path, mistakes)
        if intent:
            intents[path.stem] = intent
    if not intents and not mistakes.lines:
        mistakes.add(str(folder.name), "-", "没有找到任何意图文件（*.yaml）")
    background = read_model(Background, _extra(folder, "_background.yaml", mistakes), "_background.yaml", mistakes)
    lexicon = read_model(Lexicon, _extra(folder, "_lexicon.yaml", mistakes), "_lexicon.yaml", mistakes)
    lists = _read_lists(folder, mistakes)
    _check_names(intents, mistakes)
    for topic in lexicon.topics if lexicon else ():
        if topic not in TOPICS:
            mistakes.add("_lexicon.yaml", f"topics.{topic}", "没有这个主题")
    background = background or Background()
    added = read_own(own, {*intents, OUT_OF_SCOPE}, TOPICS, mistakes) if own else OwnContent()
    _check_repeats(intents, background, added, mistakes)
    mistakes.raise_if_any()
    intents, background = _merged(intents, background, added)
    return IntentContent(folder, intents, lexicon or Lexicon(), lists or SlotLists(), background, own)


def read_lists(folder: Path) -> SlotLists:
    """Read the closed lists alone; raise ContentError."""
    mistakes = Mistakes()
    lists = _read_lists(folder, mistakes)
    mistakes.raise_if_any()
    return lists or SlotLists()


def _read_lists(folder: Path, mistakes: Mistakes) -> SlotLists | None:
    return read_model(SlotLists, _extra(folder, "_slots.yaml", mistakes), "_slots.yaml", mistakes)


def _merged(
    intents: dict[str, Intent], background: Background, own: OwnContent
) -> tuple[dict[str, Intent], Background]:
    not_ours = {}
    for key, addition in own.additions.items():
        if key not in intents:  # a product without sentences of its own for this has them in its background alone
            not_ours["own"] = addition.sentences
            continue
        intent = intents[key]
        intents[key] = intent.model_copy(update=addition.merged(intent.says, intent.says_by_topic, intent.unlike))
    says = {kind: (*background.says.get(kind, ()), *own.background.get(kind, ())) for kind in background.says}
    says |= not_ours | {kind: sentences for kind, sentences in own.background.items() if kind not in says}
    return intents, Background(says=says)


def _extra(folder: Path, name: str, mistakes: Mistakes) -> Any:
    """The three files with an underscore may be missing: then they hold nothing."""
    path = folder / name
    return (read_yaml(path, mistakes) or {}) if path.exists() else {}


def _read_intent(path: Path, mistakes: Mistakes) -> Intent | None:
    before = len(mistakes.lines)
    data = read_yaml(path, mistakes)
    if data is None:
        if len(mistakes.lines) == before:
            mistakes.add(path.name, "-", "文件是空的")
        return None
    intent = read_model(Intent, data, path.name, mistakes)
    if intent is None:
        return None
    if intent.id != path.stem:
        mistakes.add(path.name, "id", f"应与文件名一致（{path.stem}）")
    if len(intent.sentences) < MIN_SENTENCES:
        mistakes.add(path.name, "says", f"至少要有 {MIN_SENTENCES} 句例句，现有 {len(intent.sentences)} 句")
    for topic in intent.says_by_topic:
        if topic not in TOPICS:
            mistakes.add(path.name, f"says_by_topic.{topic}", "没有这个主题")
    return intent


def _check_names(intents: Mapping[str, Intent], mistakes: Mistakes) -> None:
    for key, intent in intents.items():
        for other in intent.unlike:
            if other == key:
                mistakes.add(f"{key}.yaml", f"unlike.{other}", "易混句要写在别的意图名下")
            elif other not in intents and other != OUT_OF_SCOPE:
                mistakes.add(f"{key}.yaml", f"unlike.{other}", "没有这个意图")


def _check_repeats(intents: Mapping[str, Intent], background: Background, own: OwnContent, mistakes: Mistakes) -> None:
    """One sentence cannot mean two things, however it is punctuated."""
    meant: dict[str, tuple[str, str]] = {}

    def claim(sentences: Sequence[str], means: str, file: str, where: str) -> None:
        for sentence in sentences:
            bare = bare_form(sentence)
            if not bare:
                mistakes.add(file, where, "例句是空的")
                continue
            first, first_file = meant.setdefault(bare, (means, file))
            if first != means:
                mistakes.add(file, where, f"与 {first_file} 中的 {first} 重复：{sentence}")

    for key, intent in intents.items():
        claim(intent.sentences, key, f"{key}.yaml", "says")
    for kind, sentences in background.says.items():
        claim(sentences, OUT_OF_SCOPE, "_background.yaml", f"says.{kind}")
    for key, intent in intents.items():
        for other, sentences in intent.unlike.items():
            claim(sentences, other, f"{key}.yaml", f"unlike.{other}")
    for key, addition in own.additions.items():
        claim(addition.sentences, key, f"{own.name}/{key}.yaml", "says")
        for other, sentences in addition.unlike.items():
            claim(sentences, other, f"{own.name}/{key}.yaml", f"unlike.{other}")
    for kind, sentences in own.background.items():
        claim(sentences, OUT_OF_SCOPE, f"{own.name}/_background.yaml", f"says.{kind}")
