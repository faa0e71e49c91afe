"""One attempt at a real HTTP server: what counts as taken, and what an answer means."""

import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from threading import Thread
from time import sleep

import pytest

from consumers.jobs.webhooks.endpoints import Endpoint
from consumers.jobs.webhooks.sending import Answer, Line
from engine.clock import now
from tests.consumers.jobs.delivering import endpoint
from tests.consumers.jobs.receiving import OLD_SECRET, SECRET, Receiver, Reply

MESSAGE = '{"type":"dealtrail.DealWon.v1","data":{"title":"水泵"}}'.encode()


def sent(url: str, **facts: object) -> Answer:
    """The answer to a message."""
    with closing(Line(Endpoint.model_validate(endpoint(url, **facts)), read=0.3)) as line:
        return line.send("id-1", MESSAGE, now())


def test_a_message_is_posted_with_its_signature(receiver: Receiver) -> None:
    assert sent(f"{receiver.url}/in?team=east").took_it
    (got,) = receiver.got
    assert got.path == "/in?team=east"
    assert (got.body, got.id) == (MESSAGE, "id-1")
    assert got.headers["content-type"] == "application/json"
    assert got.verified()["data"]["title"] == "水泵"


def test_while_secrets_change_hands_a_receiver_may_still_hold_the_old_one(receiver: Receiver) -> None:
    sent(receiver.url, old_secret=OLD_SECRET)
    assert receiver.got[0].verified(SECRET) == receiver.got[0].verified(OLD_SECRET)


@pytest.mark.parametrize(
    ("status", "took_it", "is_gone", "is_away"),
    [
        (200, True, False, False),
        (204, True, False, False),
        (299, True, False, False),
        (301, False, False, False),
        (400, False, False, False),
        (410, False, True, False),
        (429, False, False, True),
        (500, False, False, False),
        (502, False, False, True),
        (503, False, False, True),
        (504, False, False, True),
    ],
)
def test_only_a_status_of_success_is_one(
    receiver: Receiver, *, status: int, took_it: bool, is_gone: bool, is_away: bool
) -> None:
    receiver.answering = lambda _: Reply(status)
    answer = sent(receiver.url)
    assert (answer.status, answer.error) == (status, None)
    assert (answer.took_it, answer.is_gone, answer.is_away) == (took_it, is_gone, is_away)


def test_a_redirection_is_not_followed(receiver: Receiver) -> None:
    receiver.answering = lambda _: Reply(307, {"location": f"{receiver.url}/elsewhere"})
    assert not sent(receiver.url).took_it
    assert len(receiver.got) == 1


def test_a_slow_endpoint_is_given_up(receiver: Receiver) -> None:
    receiver.hold.clear()
    answer = sent(receiver.url)
    assert (answer.status, answer.error, answer.is_away) == (None, "timeout", True)
    assert timedelta(seconds=0.2) < answer.took < timedelta(seconds=10)


def test_an_endpoint_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        answer = sent(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert (answer.status, answer.error) == (None, "unreachable")


def test_an_endpoint_without_a_certificate_is_no_https(receiver: Receiver) -> None:
    assert sent(receiver.url.replace("http:", "https:")).error == "tls"
    assert receiver.got == []


@pytest.fixture
def babbling() -> Iterator[str]:
    """The URL of an endpoint that says that it took the message, and then never stops talking."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(100_000)
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                    while True:
                        connection.sendall(b"x" * 100_000)
                except OSError:
                    return  # nobody listens any more

        Thread(target=talk, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_nobody_listens_to_an_endless_answer(babbling: str) -> None:
    answer = sent(babbling)
    assert answer.took_it
    assert answer.took < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("120", 120), ("0", 0), ("soon", None), ("-5", None), ("Mon, 02 Mar 2026 09:00:00 GMT", 0)],
)
def test_an_endpoint_may_ask_to_be_left_alone(
    receiver: Receiver, retry_after: str, seconds: int | None
) -> None:
    receiver.answering = lambda _: Reply(503, {"retry-after": retry_after})
    assert sent(receiver.url).wish == (None if seconds is None else timedelta(seconds=seconds))


def test_a_connection_is_used_again_and_no_cookie_goes_along(receiver: Receiver) -> None:
    receiver.answering = lambda _: Reply(200, {"set-cookie": "session=1"}, b"thanks")
    with closing(Line(Endpoint.model_validate(endpoint(receiver.url)))) as line:
        for _ in range(3):
            assert line.send("id", MESSAGE, now()).took_it
    assert ["cookie" in got.headers for got in receiver.got] == [False] * 3
    assert len(receiver.connections) == 1


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [
        (b"", b"HTTP/1.1 200 OK\r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"x-drop: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\nx-long: ", b"."),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["status", "headers", "one header", "still to come"],
)
def test_an_endpoint_that_never_comes_to_the_end_of_its_headers_is_given_up(
    beginning: bytes, drop: bytes
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                connection.sendall(beginning)
                for nth in range(400):
                    sleep(0.05)
                    connection.sendall(drop if len(drop) == 1 or beginning else drop[nth % len(drop) :][:1])

        Thread(target=drip, daemon=True).start()
        answer = sent(f"http://127.0.0.1:{server.getsockname()[1]}")
    assert (answer.status, answer.error) == (None, "timeout")
    assert timedelta(seconds=0.2) < answer.took < timedelta(seconds=3)


def test_an_answer_that_drips_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
                for _ in range(100):
                    sleep(0.1)
                    connection.sendall(b".")

        Thread(target=drip, daemon=True).start()
        answer = sent(f"http://127.0.0.1:{server.getsockname()[1]}")
    assert answer.took_it
    assert answer.took < timedelta(seconds=3)
