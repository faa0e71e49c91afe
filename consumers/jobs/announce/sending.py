"""Messages to chat services by the library apprise; no address, which is a secret, ever comes out of here."""

import logging
import re
from collections.abc import Sequence
from threading import Lock
from typing import Any

import apprise
import requests

from consumers.jobs.announce.bots import BOTS, Bot
from consumers.jobs.announce.wording import Message
from domain.errors import BadInput, Refused, Unavailable

TIMEOUT = 10
"""Seconds that a bot has for its answer."""

REMEMBERED = 1_000
"""Of so many events it is known by whom their message was taken."""

_ERROR = re.compile(r"error=(\d{3})")
_BUSY = 429


class NotTaken(Refused):
    """A chat service has said no to a message."""


class Channel:
    """One address. `service` is what it is called in errors."""

    def __init__(self, url: str, place: int) -> None:
        """BadInput for what apprise cannot read."""
        _silence()
        plugin = apprise.Apprise.instantiate(url)
        if plugin is None:
            raise BadInput(
                f"urls.{place} is no address that apprise can read ({_schema(url)}). Compare it with docs/announce.md."
            )
        self.service = f"{plugin.service_name} (urls.{place})"
        self.plugin: Any = plugin
        self._bot: Bot | None = BOTS.get(type(plugin).__name__)

    def send(self, message: Message) -> None:
        """Hand over a message. NotTaken where the service says no, Unavailable where it cannot say anything now."""
        if self._bot is None:
            self._by_apprise(message)
        else:
            self._to_bot(self._bot, message)

    def _by_apprise(self, message: Message) -> None:
        # A card of Teams joins lines that have no empty one between them.
        apart = "\n\n" if type(self.plugin).__name__ == "NotifyWorkflows" else "\n"
        sending = apprise.Apprise()
        sending.add(self.plugin)
        result = sending.notify(
            title=message.headline, body=apart.join(message.lines), body_format=apprise.NotifyFormat.TEXT
        )
        if result:
            return
        told = [
            found[1]
            for each in result.results
            for entry in each.logs()
            if (found := _ERROR.search(entry.message))
        ]
        self._failed(int(told[-1]) if told else None)

    def _to_bot(self, bot: Bot, message: Message) -> None:
        """For apprise every HTTP 200 is a success, and these services say no inside of one."""
        request = bot.request(self.plugin, "\n".join((message.headline, *message.lines)))
        try:
            answer = requests.post(
                request.url,
                params=request.params,
                json=request.payload,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException:
            # Its words hold the address.
            raise self._away("it cannot be reached") from None
        if answer.status_code != requests.codes.ok:
            self._failed(answer.status_code)
        code = bot.code(answer)
        if code is None:
            raise NotTaken(
                f"{self.service} has answered without a code. Look whether its address still holds."
            )
        if code in bot.busy:
            raise self._away(f"too many messages, code {code}")
        if code != 0:
            raise NotTaken(
                f"{self.service} has not taken the message (code {code}). Look the code up in the service's "
                "documentation of its bots, correct its settings there, then release the deal."
            )

    def _failed(self, status: int | None) -> None:
        if status is None:
            raise self._away("it cannot be reached")
        if status == _BUSY or status >= 500:
            raise self._away(f"HTTP {status}")
        raise NotTaken(
            f"{self.service} has not taken the message (HTTP {status}). Look whether its address still holds, "
            "then release the deal."
        )

    def _away(self, why: str) -> Unavailable:
        return Unavailable(f"{self.service} cannot be used now ({why}). It is tried again.")


class Channels:
    """All addresses; several threads may use them.

    A message that comes again goes to those alone that did not take it before.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self.channels = [Channel(url, place) for place, url in enumerate(urls)]
        self._taken: dict[str, set[int]] = {}
        self._lock = Lock()

    def send(self, event_id: str, message: Message) -> None:
        """Send what is said about an event everywhere; an error of Channel.send where that did not work."""
        with self._lock:
            # Known also where all have taken it: the transaction that says so may be rolled back.
            taken = self._taken.setdefault(event_id, set())
            if len(self._taken) > REMEMBERED:
                del self._taken[next(iter(self._taken))]
        failed: list[NotTaken | Unavailable] = []
        for place, channel in enumerate(self.channels):
            if place in taken:
                continue
            try:
                channel.send(message)
            except (NotTaken, Unavailable) as error:
                failed.append(error)
            else:
                taken.add(place)
        if failed:
            raise failed[0]


def _silence() -> None:
    """Nothing that apprise and the library below it log goes anywhere: addresses are in it."""
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    log = logging.getLogger("apprise")
    log.propagate = False
    log.setLevel(logging.WARNING)
    if not log.handlers:
        log.addHandler(logging.NullHandler())


def _schema(url: str) -> str:
    schema, there, _ = url.partition("://")
    return f"{schema}://…" if there and schema.isalnum() else "without a service before ://"
