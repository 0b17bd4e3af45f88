"""Where topics register what they answer. A pressed button's value is one of

yes no cancel skip repeat more     an answer to what was asked
set:<field>=<value>                fills a field of the open form
intent:<id>                        starts a request, as if it had been said
do:<action>[:<argument>]           calls the press handler of a topic
say:<text>                         the same as typing the text
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.forms import Ask, FormSpec, fields_of
from zhiqibot.dialogue.turn import Reply, Turn

Handler = Callable[[Turn], Reply]
Finish = TypeVar("Finish", bound=Callable[[Turn, Any], Reply])


@dataclass(frozen=True)
class Answer:
    """A request that is answered at once, without a form."""

    intent: str
    handle: Handler
    needs_identity: bool = False


@dataclass
class Router:
    """Intents, forms and button actions by name."""

    answers: dict[str, Answer] = field(default_factory=dict)
    forms: dict[str, FormSpec] = field(default_factory=dict)
    presses: dict[str, Handler] = field(default_factory=dict)
    identified: set[str] = field(default_factory=set)
    """Intents that only a person with a bound identity may use."""
    stories: set[str] = field(default_factory=set)
    """Intents whose sentences tell what happened: they do not interrupt a form that waits to be told something."""
    continuing: set[str] = field(default_factory=set)
    """Intents whose answer may be followed by “那……呢？”."""
    settled_by: dict[str, Callable[[Turn], bool]] = field(default_factory=dict)
    """Intents that can tell by themselves whether they are meant: a policy question that has an answer, say."""
    readings: list[Callable[[Turn], str | None]] = field(default_factory=list)
    """Each may say which intent a sentence means right after what was just done; None where it has no opinion."""
    afterthought: Callable[[Turn], Reply | None] | None = None
    """Takes a sentence that is no clear request: more about what was just filed, say."""
    asides: list[Callable[[Turn], Reply | None]] = field(default_factory=list)
    """Each may answer a question about what is in hand, whatever else is open; None where it is none."""
    commands: list[Callable[[Turn], Reply | None]] = field(default_factory=list)
    """The same for messages with a set beginning (“答复第2个：……”): they are taken whole, whatever their sentences say."""
    offers: list[Callable[[Turn], Reply | None]] = field(default_factory=list)
    """Each may take a bare yes while no form is open: the last reply offered something; None where it did not."""
    before_identity: dict[str, Callable[[Turn], str]] = field(default_factory=dict)
    """What a stranger must read at once, before they are asked who they are: the repair hotline."""
    fallback: Handler | None = None
    """Answers when nothing was understood."""

    def on(
        self, intent: str, *, needs_identity: bool = False, continuing: bool = False
    ) -> Callable[[Handler], Handler]:
        """Register the answer to an intent."""

        def register(handle: Handler) -> Handler:
            self._claim(intent, needs_identity)
            self.answers[intent] = Answer(intent, handle, needs_identity)
            if continuing:
                self.continuing.add(intent)
            return handle

        return register

    def press(self, action: str) -> Callable[[Handler], Handler]:
        """Register the handler of `do:<action>` buttons."""

        def register(handle: Handler) -> Handler:
            if action in self.presses:
                raise ValueError(f"button action {action} is registered twice")
            self.presses[action] = handle
            return handle

        return register

    def form(
        self,
        intent: str,
        form: type,
        *,
        title: str,
        resolve: Callable[[Turn, dict[str, Any]], Ask | None] | None = None,
        confirm: Callable[[Turn, Any], OutboundMessage] | None = None,
        opening: Callable[[Turn], str] | None = None,
        supplement: str = "",
        aside: Callable[[Turn], Reply | None] | None = None,
        kept: str = "",
        gathers: int = 0,
        needs_identity: bool = False,
    ) -> Callable[[Finish], Finish]:
        """Register a form; the decorated function is called with the turn and the complete form object."""

        def register(finish: Finish) -> Finish:
            self._claim(intent, needs_identity)
            self.forms[intent] = FormSpec(
                intent,
                title,
                form,
                fields_of(form),
                finish,
                resolve,
                confirm,
                opening,
                supplement,
                aside,
                kept,
                gathers,
            )
            return finish

        return register

    def knows(self, intent: str) -> bool:
        return intent in self.answers or intent in self.forms

    def _claim(self, intent: str, needs_identity: bool) -> None:
        if self.knows(intent):
            raise ValueError(f"intent {intent} is registered twice")
        if needs_identity:
            self.identified.add(intent)
