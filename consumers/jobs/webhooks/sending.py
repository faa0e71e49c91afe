"""One attempt at an endpoint, and what came of it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from time import monotonic

import requests
from urllib3.exceptions import HTTPError

from consumers.jobs.webhooks.endpoints import Endpoint
from consumers.jobs.webhooks.messages import headers
from consumers.jobs.webhooks.timely import Timely

CONNECT, READ = 5.0, 15.0
"""Seconds that an endpoint has for taking the connection, and for its answer."""

READ_OF_AN_ANSWER = 4_096
"""Bytes; nothing in it is of interest, but the connection can be used again when it is read."""

NOT_ITS_FAULT = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""Answers about the endpoint, and not about the message."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answered: a status, or why there was none (`timeout`, `tls`, `unreachable`)."""

    status: int | None
    error: str | None
    took: timedelta
    wish: timedelta | None = None
    """How long it asked to be left alone."""

    @property
    def took_it(self) -> bool:
        """Only a 2xx says so; a redirection does not."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_gone(self) -> bool:
        """The endpoint wants nothing any more."""
        return self.status == HTTPStatus.GONE

    @property
    def is_away(self) -> bool:
        """It is the endpoint that cannot be reached now: another message would fare no better."""
        return self.status is None or self.status in NOT_ITS_FAULT


class Line:
    """A connection to an endpoint, used for one message after another."""

    def __init__(self, endpoint: Endpoint, read: float = READ) -> None:
        self._endpoint, self._read = endpoint, read
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, Timely())
        # Nothing of our own surroundings goes along: no password of a .netrc file, and no cookie.
        self._session.auth = lambda request: request
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def send(self, name: str, message: bytes, now: datetime) -> Answer:
        """Post a message, signed at `now`."""
        started = monotonic()
        status, error, wish = None, None, None
        try:
            with self._session.post(
                self._endpoint.url,
                data=message,
                headers=headers(message, name, self._endpoint.secrets, now),
                timeout=(CONNECT, self._read),
                allow_redirects=False,
                stream=True,
            ) as response:
                status, wish = response.status_code, _wish(response.headers.get("retry-after"), now)
                _let_go(response)
        except requests.exceptions.SSLError:
            error = "tls"
        except requests.exceptions.Timeout:
            error = "timeout"
        except requests.exceptions.RequestException:
            error = "unreachable"
        return Answer(status, error, timedelta(seconds=monotonic() - started), wish)

    def close(self) -> None:
        """Hang up."""
        self._session.close()


def _let_go(response: requests.Response) -> None:
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) <= READ_OF_AN_ANSWER:
        # What is there already, and no more: an answer that drips would hold the delivery for longer than its
        # claim. Without the rest of it the connection is closed, that is all.
        with suppress(HTTPError, OSError):
            response.raw.read1(READ_OF_AN_ANSWER)


def _wish(retry_after: str | None, now: datetime) -> timedelta | None:
    """What Retry-After says, in seconds or as a date (RFC 9110); None where it says nothing that can be read."""
    if retry_after is None:
        return None
    if retry_after.isdecimal() and len(retry_after) < 10:
        return timedelta(seconds=int(retry_after))
    try:
        return max(parsedate_to_datetime(retry_after) - now, timedelta(0))
    except (ValueError, TypeError):
        return None
