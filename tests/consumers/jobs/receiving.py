"""A receiver of webhooks for tests: a real HTTP server that answers as it is told, and remembers what it got."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the example of the standard
OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"  # noqa: S105 - guards nothing


@dataclass(frozen=True)
class Got:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The id of the message."""
        return self.headers["webhook-id"]

    def verified(self, secret: str = SECRET) -> Any:  # noqa: ANN401 - whatever the message says
        """The message, whose signature holds."""
        return Webhook(secret).verify(self.body, dict(self.headers))


@dataclass(frozen=True)
class Reply:
    """What to answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


Answering = Callable[[Got], Reply]


@dataclass
class Receiver:
    """The server, its URL, what it got so far, and how it answers from now on."""

    url: str
    answering: Answering = field(default=lambda _: Reply())
    got: list[Got] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)
    hold: Event = field(default_factory=Event)
    """Unset while requests are to wait for their answer."""
    _lock: Lock = field(default_factory=Lock)

    @property
    def ids(self) -> list[str]:
        """The ids of the messages, in the order in which they came."""
        return [each.id for each in self.got]

    def take(self, got: Got) -> Reply:
        """Remember a request and say what to answer."""
        with self._lock:
            self.got.append(got)
        self.hold.wait(20)
        return self.answering(got)


@contextmanager
def receiving(answering: Answering = lambda _: Reply()) -> Iterator[Receiver]:
    """A receiver on a free port, as long as the block runs."""

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.connections.add(self.client_address)
            reply = receiver.take(Got(self.path, headers, body))
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
            except OSError:
                self.close_connection = True  # whoever asked is gone

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Patient(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever was killed in the middle of a request is no error of ours."""

    server = Patient(("127.0.0.1", 0), Requests)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}", answering)
    receiver.hold.set()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.hold.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
