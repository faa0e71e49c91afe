"""One run of a command: what was chosen, the store and its read models (opened when first needed), the clock."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar, cast, get_args
from zoneinfo import ZoneInfo

import typer

from domain.errors import NotFound
from engine.urls import is_missing
from interfaces.cli.choices import Choices
from interfaces.cli.formats import Formats, Lang
from interfaces.cli.grid import plain
from interfaces.cli.output import Output, console
from interfaces.cli.times import NotATime, at_end
from interfaces.cli.words.catalogue import say

if TYPE_CHECKING:  # what needs SQLAlchemy or the event store is imported when a command needs it
    from uuid import UUID

    from engine.deals import Deals
    from engine.settings import Settings
    from projections.asking.asked import Asked
    from projections.running.views import Views

T = TypeVar("T")


class Session:
    """What a command works with. Closed when the command is done."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._may_create = False
        self._default_store: str | None = None
        self.output = cast(Output, one_of(choices.output or "table", get_args(Output), "-o"))
        self.lang = cast(Lang, one_of(choices.lang or "en", get_args(Lang), "--lang"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for opened in ("opened_views", "deals"):
            if opened in self.__dict__:
                self.__dict__[opened].close()

    def creating(self, default: str | None = None, *, check: bool = False) -> Self:
        """Say that this command may make the store; `default` is where, unless somebody said.

        A `check` leaves nothing behind: without a store it works on an empty one in memory.
        """
        self._default_store = default
        self._may_create = not check
        if check and is_missing(self.settings.store):
            self._choices = self._choices.overridden_by(store="memory:")
            del self.settings
        return self

    @cached_property
    def settings(self) -> "Settings":
        """What the environment says, and --store over it."""
        from engine.settings import Settings, read_settings

        if self._choices.store is not None:
            return read_settings(store=self._choices.store)
        settings = read_settings()
        nobody_said = settings.store == Settings.model_fields["store"].default
        if self._default_store is not None and nobody_said:
            return read_settings(store=self._default_store)
        return settings

    @cached_property
    def deals(self) -> "Deals":
        """The store. NotFound where there is none and the command would not make one."""
        from engine.deals import Deals

        if not self._may_create and is_missing(self.settings.store):
            raise NotFound(
                f"There is no store {self.settings.store} yet. Try `dealtrail demo`, bring your deals in "
                "with `dealtrail import`, open one with `dealtrail deal open`, "
                "or say with --store where the store is."
            )
        return Deals(self.settings, make=self._may_create)

    @cached_property
    def opened_views(self) -> "Views":
        """The read models as they are."""
        from projections.running.views import Views

        return Views.open(self.deals, self.settings.views)

    @cached_property
    def views(self) -> "Views":
        """The read models, caught up with the store."""
        from interfaces.cli.progress import Progress
        from projections.catalogue import PROJECTIONS
        from projections.running.runner import catch_up

        with Progress(self.say("catching-up")) as progress:
            catch_up(self.opened_views, self.deals, PROJECTIONS, progress=progress)
        return self.opened_views

    def find(self, name: str) -> "UUID":
        """The deal that a name on the command line means; NotFound, or BadInput where it means several."""
        from domain.deal.life import DealOpened
        from engine.ids import OWN_SOURCE, deal_id

        exact = _uuid(name)
        source, separator, key = name.partition(":")
        if exact is None and separator and source.strip() != OWN_SOURCE:
            exact = deal_id(source, key)
        if exact is not None and any(isinstance(each.event, DealOpened) for each in self.deals.story(exact)):
            return exact
        from projections.asking.lookup import find_deal

        return find_deal(self.views, name)

    @cached_property
    def now(self) -> datetime:
        """The instant of this run: every `now` and `-7d` of a command means the same."""
        from engine.clock import now

        return now()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone that --tz names, else the store's."""
        from engine.stores import zone

        return zone(self._choices.tz) if self._choices.tz is not None else self.deals.zone

    @cached_property
    def formats(self) -> Formats:
        """How this reader wants to read."""
        return Formats(self.lang, self.zone)

    def say(self, sentence: str, **facts: object) -> str:
        """A sentence of the catalogue in the reader's language."""
        return say(self.lang, sentence, **facts)

    def asked(self, as_of: str | None, known_at: str | None) -> "Asked":
        """The instants of a question from the words of --as-of and --known-at."""
        from projections.asking.asked import Asked

        return Asked(
            as_of=self.time(at_end, as_of, "--as-of"),
            known_at=self.time(at_end, known_at, "--known-at"),
        )

    def time(self, reading: "Reading[T]", word: str | None, option: str) -> T | None:
        """What `reading` (a function of `times`) makes of a word; None for None, a usage error for nonsense."""
        return None if word is None else self.required_time(reading, word, option)

    def required_time(self, reading: "Reading[T]", word: str, option: str) -> T:
        """The same for a word that was given."""
        try:
            return reading(word, self.zone, self.now)
        except NotATime as error:
            raise typer.BadParameter(str(error), param_hint=option) from None

    def tell(self, text: str) -> None:
        """Say something to the person at the keyboard: on stderr, where data never goes."""
        console(sys.stderr).print(plain(text))


Reading = Callable[[str, tzinfo, datetime], T]


def one_of(word: str, kinds: Sequence[str], option: str) -> str:
    """The word, if it is one of these; else a usage error that lists them."""
    if word not in kinds:
        raise typer.BadParameter(f"{word!r} is none of {', '.join(kinds)}.", param_hint=option)
    return word


def _uuid(name: str) -> "UUID | None":
    from uuid import UUID

    try:
        return UUID(name)
    except ValueError:
        return None
