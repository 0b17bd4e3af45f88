"""Content edited while the product runs: noticed, read, learnt and put in force in one step, without a restart.

What is in force is one `Product`. Changed files make a new one over the same database, apart from the threads that
handle messages; then one reference is replaced, and a message in hand ends with the old product. Whatever goes wrong
leaves the old one in force (see docs/decisions/0008).
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zhiqibot.app import Product, build
from zhiqibot.content.intent_loading import load_intents
from zhiqibot.content.policy_loading import load_policies
from zhiqibot.core.errors import ContentError
from zhiqibot.deployment import Content, load_language, open_policy_desk, titles_of
from zhiqibot.memory import settle
from zhiqibot.nlu.loading import TrainingFailed
from zhiqibot.settings import Settings

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
SETTLED_S = 1.0
"""Files that still change are left until they rest: a folder is not copied in one moment."""
RETRY_PAUSE_S = 600.0
"""After a training that failed for no fault of the content."""
_TRAINED_HERE = ("nlu-", "vectors-", "policy-entries-")
"""What the cache holds beside the layers of `train --semantic`: it is made from content, not looked at."""

Files = Mapping[Path, tuple[int, int]]
"""Path -> (time of the last change in ns, size)."""


def files_of(settings: Settings) -> Mapping[str, Files]:
    """Return what content looks like on disk: `intents`, `policies` and the trained `layers`."""
    yaml = "[!.]*.yaml"
    own = list(settings.own_intents.glob(yaml))
    made = [one for one in settings.cache_dir.glob("*.npz") if not one.name.startswith(_TRAINED_HERE)]
    return {
        "intents": _looks([*(settings.content_dir / "intents").glob(yaml), *own]),
        "policies": _looks((settings.content_dir / "policy_faq").rglob(yaml)),
        "layers": _looks([*made, *settings.content_dir.glob("*/*.npz")]),
    }


def _looks(paths: Any) -> Files:
    found = {}
    for path in paths:
        try:
            stat = path.stat()
        except OSError:  # gone between listing and looking
            continue
        found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


@dataclass
class Reloading:
    """Looks at the files every `look_every_s` and when woken; `put` takes what is to be in force from then on."""

    current: Callable[[], Product]
    put: Callable[[Product], None]
    look_every_s: float = LOOK_EVERY_S
    settled_s: float = SETTLED_S
    _seen: Mapping[str, Files] = field(default_factory=dict)
    """Empty at first: what was edited while the product was being loaded is found by the first look."""
    _failed: Mapping[str, Files] = field(default_factory=dict)
    _rest_until: float = 0.0
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Look from now on, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="reloading", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that content may have changed."""
        self._wake.set()

    def stop(self) -> None:
        """Look no more; a training in progress is not waited for, what it makes is kept for the next start."""
        self._stopping.set()
        self._wake.set()
        if self._thread:
            self._thread.join(self.settled_s + 1)

    def look(self) -> bool:
        """Take over what has changed on disk; return whether anything else is in force now."""
        settings = self.current().settings
        found = files_of(settings)
        if found == self._seen or (found == self._failed and time.monotonic() < self._rest_until):
            return False
        if self._stopping.wait(self.settled_s) or files_of(settings) != found:
            self._wake.set()
            return False
        try:
            taken = self._take(found)
        except Exception as error:
            logger.error("content not taken over, what was in force stays: %s", _why(error))
            self._failed, self._rest_until = found, time.monotonic() + RETRY_PAUSE_S
            if not isinstance(error, TrainingFailed):
                raise
            return False
        self._seen = found
        return taken

    # -- helpers ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait(self.look_every_s)
            self._wake.clear()
            try:
                if not self._stopping.is_set() and self.look():
                    settle()
            except Exception:  # without this thread nothing would be taken over any more
                logger.exception("looking for changed content failed")

    def _take(self, found: Mapping[str, Files]) -> bool:
        old = self.current()
        changed = {name for name, files in found.items() if files != self._seen.get(name)}
        content = self._read(old, changed)
        layers = "layers" in changed and bool(self._seen)
        if content is old.content and not layers:
            return False
        began = time.monotonic()
        new = _made(old, content, language=layers or content.intents is not old.content.intents)
        if self._stopping.is_set():
            return False
        self.put(new)
        what = _told(old.content, content) or "layers"
        logger.info("content taken over in %.1f s without a restart: %s", time.monotonic() - began, what)
        return True

    def _read(self, old: Product, changed: set[str]) -> Content:
        """Return the content with the parts that changed and can be read; the mistakes of the others are told."""
        settings, content = old.settings, old.content
        if "intents" in changed:
            intents = _or_told(lambda: load_intents(settings.content_dir / "intents", settings.own_intents))
            if intents and intents.digest != content.intents.digest:
                content = replace(content, intents=intents, topic_titles=titles_of(intents))
        if "policies" in changed:
            policies = _or_told(lambda: load_policies(settings.content_dir / "policy_faq"))
            if policies and policies != content.policies:
                content = replace(content, policies=policies)
        return content


def _or_told(load: Callable[[], Any]) -> Any:
    """Return what is loaded; None after every mistake in it was told as `file: field: reason`."""
    try:
        return load()
    except ContentError as error:
        for mistake in str(error).splitlines():
            logger.warning("content not taken over, what was in force stays: %s", mistake)
        return None


def _made(old: Product, content: Content, *, language: bool) -> Product:
    """Wire a product for this content over the same database; trains in a process of its own where that is needed."""
    settings = old.settings
    understander = load_language(settings, content) if language else old.understander
    desk = open_policy_desk(settings, content, understander, old.database)
    desk.answer("有哪些政策", old.clock())  # what is made on the first question is made now
    return build(settings, content, understander, desk, old.database, old.vault, old.clock)


def _told(old: Content, new: Content) -> str:
    before, after = len(old.intents.labelled()), len(new.intents.labelled())
    parts = [f"language ({before} -> {after} sentences)"] if new.intents is not old.intents else []
    if new.policies is not old.policies:
        parts.append(f"policies ({len(old.policies.facts)} -> {len(new.policies.facts)} cards)")
    return ", ".join(parts)


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, TrainingFailed) else type(error).__name__
