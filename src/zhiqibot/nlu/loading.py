"""From content to an understander: the models come from the cache, or are trained first in a process of their own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Timer

from zhiqibot.content.intents import IntentContent
from zhiqibot.core.errors import BotError
from zhiqibot.nlu.chinese_time import WorkdayCalendar
from zhiqibot.nlu.corpus import make_reader
from zhiqibot.nlu.model import Model, ModelUnusable, load_model, model_key
from zhiqibot.nlu.semantic import SHIPPED, SecondOpinion, load_embedder, load_second_opinion, semantic_path
from zhiqibot.nlu.slots.reader import SlotReader
from zhiqibot.nlu.understander import Understander

TRAINING_TIMEOUT_S = 900.0
SEMANTIC_TIMEOUT_S = 3_600.0
BEHIND = 5
"""Niceness of a training: it may share two cores with a running service."""


class TrainingFailed(BotError):
    """The language model could not be trained; `reason` is what the training process said."""

    text = "语言模型训练失败：{reason}"


def load_understander(
    content: IntentContent,
    cache: Path,
    *,
    workdays: WorkdayCalendar,
    enterprise_names: Sequence[str] = (),
    unit_names: Mapping[str, str] | None = None,
    semantic: bool = True,
) -> Understander:
    """Return an understander for this content; trains first, in a process of its own, unless `cache` has its model.

    `unit_names` maps what people call an office to its full name. With `semantic`, sentences the linear model is unsure
    of are asked of the semantic layer, where it is installed. Raises TrainingFailed."""
    key = model_key(content)
    try:
        model = load_model(cache, key)
    except ModelUnusable:  # missing, damaged, or of older content
        print("语言模型需要训练（内容有更新或首次启动），约十几秒……", file=sys.stderr, flush=True)
        own = [content.own] if content.own else []
        train_in_child("zhiqibot.nlu.training", content.folder, cache, TRAINING_TIMEOUT_S, *own)
        model = _just_trained(cache, key)
    reader = make_reader(content.lexicon, content.lists, model.sound_codes)
    slots = SlotReader(content, enterprise_names, unit_names or {}, model.sound_codes)
    return Understander(content, model, reader, slots, workdays, _second(content, model, cache) if semantic else None)


def _just_trained(cache: Path, key: str) -> Model:
    try:
        return load_model(cache, key)
    except ModelUnusable as error:  # the files were changed while it trained, or the disk is full
        raise TrainingFailed(reason=f"训练时内容又有改动，或缓存目录写不进去（{error}）") from error


def train_semantic(content: IntentContent, cache: Path) -> None:
    """Train the semantic layer for this content, in a process of its own; the first time takes minutes.

    Raises TrainingFailed, also when the layer is not installed."""
    own = [semantic_path(cache, content.digest), content.own] if content.own else []
    train_in_child("zhiqibot.nlu.semantic_training", content.folder, cache, SEMANTIC_TIMEOUT_S, *own)


def _second(content: IntentContent, model: Model, cache: Path) -> SecondOpinion | None:
    """Return the semantic layer: trained here for this content, else as shipped with the sentences."""
    places = (semantic_path(cache, content.digest), content.folder / SHIPPED)
    return load_second_opinion(places, model.intents, model.topics, load_embedder())


def train_in_child(module: str, folder: Path, cache: Path, timeout_s: float, *more: Path) -> None:
    """Run a training module for a folder of content in a process of its own; its progress goes to our stderr.

    So scikit-learn (100 MB) never loads here. Raises TrainingFailed."""
    command = [sys.executable, "-m", module, str(folder), str(cache), *map(str, more)]
    said = ""
    try:
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:  # noqa: S603
            _yields(child.pid)
            stop = Timer(timeout_s, child.kill)
            stop.start()
            for line in child.stderr or ():
                sys.stderr.write(line)
                said = line.strip() or said
            stop.cancel()
    except OSError as error:
        raise TrainingFailed(reason=error) from error
    if child.returncode:
        raise TrainingFailed(reason=said or child.returncode)


def _yields(pid: int) -> None:
    """Let whoever is being answered go before the training, where the system knows priorities."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, BEHIND)
