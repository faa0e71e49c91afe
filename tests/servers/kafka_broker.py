"""A private Apache Kafka broker for tests, benchmarks and `make kafka`: fetched by Maven, started, stopped.

Run as a program it is the broker's keeper (tests/servers/keeper.py).
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.servers.keeper import Keeper, NoServer, free_ports, kept

FILES = Path(__file__).parent / "apache_kafka"

VERSION = "4.1.1"
"""Of Apache Kafka, as apache_kafka/pom.xml names it."""

JAVA_NEEDED = 17

WANTED = (
    "Apache Kafka is wanted: set DEALTRAIL_TEST_KAFKA to the address of a broker where topics may be made "
    "(127.0.0.1:9092), or install Java 17 or newer and Maven (Debian and Ubuntu: the packages "
    "default-jre-headless and maven); the broker itself is then fetched once."
)

READY_WITHIN = 60.0
"""Seconds after which the broker is given up."""

FAST = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""What makes a broker that lives for minutes start sooner."""


class Broker:
    """A broker that runs: `address` is what a client bootstraps from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        port, controller_port = free_ports(2)
        self.address = f"127.0.0.1:{port}"
        self._properties = folder / "server.properties"
        self._output = folder / "output"
        template = (FILES / "server.properties").read_text()
        self._properties.write_text(
            template.format(port=port, controller_port=controller_port, data=folder / "data")
        )
        self._classpath = f"{jars()}/*"
        made = _run(self._java("kafka.tools.StorageTool", "random-uuid"))
        cluster = made.split()[-1]
        _run(self._java("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(self._properties)))
        self.start()

    def start(self) -> None:
        """Start it in its own folder; returns when it answers."""
        with self._output.open("a") as output:
            self._process = subprocess.Popen(
                self._java("kafka.Kafka", str(self._properties), "-Xmx512m", *FAST),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
            )
        deadline = time.monotonic() + READY_WITHIN
        while not answers(self.address):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                tail = " ".join(self._output.read_text(errors="replace").split()[-60:])
                raise NoServer(f"Apache Kafka did not start. The end of its output: {tail}")
            time.sleep(0.2)

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """SIGTERM, and SIGKILL where that takes too long."""
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._process.send_signal(signal.SIGCONT)

    def _java(self, program: str, *arguments: str) -> list[str]:
        options = [argument for argument in arguments if argument.startswith("-X")]
        rest = [argument for argument in arguments if not argument.startswith("-X")]
        return ["java", *options, "-cp", self._classpath, program, *rest]


@contextmanager
def broker() -> Iterator[Broker]:
    """A broker in this process's care, as long as the block runs."""
    folder = Path(tempfile.mkdtemp(prefix="dealtrail-kafka-"))
    try:
        running = Broker(folder)
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_broker() -> Iterator[Keeper]:
    """A broker that a keeper looks after, as long as the block runs; NoServer where there is none to be had.

    Its keeper obeys "kill" (SIGKILL), "stop" (SIGTERM), "start", "freeze" (SIGSTOP) and "thaw".
    """
    with kept("tests.servers.kafka_broker", WANTED) as keeper:
        yield keeper


@contextmanager
def kafka_broker() -> Iterator[str]:
    """The address of the broker that DEALTRAIL_TEST_KAFKA names, or of one of our own; NoServer where there is none."""
    given = os.environ.get("DEALTRAIL_TEST_KAFKA")
    if given:
        yield given
        return
    with own_broker() as keeper:
        yield keeper.address


def answers(address: str) -> bool:
    """Whether a broker at that address answers a question about its cluster."""
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=address, request_timeout_ms=5_000, bootstrap_timeout_ms=1_000
        )
    except (KafkaError, OSError):
        return False
    try:
        admin.describe_cluster()
    except (KafkaError, OSError):
        return False
    finally:
        admin.close()
    return True


def jars() -> Path:
    """The folder with the broker's jars, fetched by Maven the first time."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dealtrail" / "kafka"
    found = cache / f"lib-{VERSION}"
    if not _java_is_there():
        _install()
    if found.is_dir():
        return found
    cache.mkdir(parents=True, exist_ok=True)
    # One of those that start at the same time fetches; the others wait for it.
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.is_dir():
            if shutil.which("mvn") is None:
                _install()
            unfinished = Path(tempfile.mkdtemp(dir=cache))
            _run(
                [
                    "mvn", "-q", "-B", "-f", str(FILES / "pom.xml"), "dependency:copy-dependencies",
                    "-DincludeScope=runtime", f"-DoutputDirectory={unfinished}",
                ]
            )  # fmt: skip
            unfinished.rename(found)
    return found


def _java_is_there() -> bool:
    if shutil.which("java") is None:
        return False
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    try:
        return int(told.split('"')[1].split(".")[0].split("-")[0]) >= JAVA_NEEDED
    except (IndexError, ValueError):
        return False


def _install() -> None:
    """Java and Maven from the system's own packages, where we may."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise NoServer(WANTED)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "update", "-q"], environment)
    packages = ("default-jre-headless", "maven")
    _run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], environment)
    if not _java_is_there():
        raise NoServer(WANTED)


def _run(command: list[str], environment: dict[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=environment,
            timeout=600,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        told = getattr(error, "stderr", None) or getattr(error, "stdout", None) or str(error)
        raise NoServer(
            f"`{' '.join(command[:3])} …` failed: {' '.join(told.split()[-60:])}. {WANTED}"
        ) from error
    return done.stdout


def _keep() -> None:
    """Start a broker, say where it is, obey, and stop it when nobody listens any more."""
    # Asked to end in the usual way, it stops the broker too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with broker() as running:
            print(running.address, flush=True)  # noqa: T201 - to whoever asked
            orders = {name: getattr(running, name) for name in ("kill", "stop", "start", "freeze", "thaw")}
            for line in sys.stdin:
                orders[line.strip()]()
                print(running.address, flush=True)  # noqa: T201 - to whoever asked
    except NoServer as error:
        print(" ".join(str(error).split()), flush=True)  # noqa: T201 - to whoever asked
    except KeyboardInterrupt:
        print("Stopped.")  # noqa: T201 - to whoever asked


if __name__ == "__main__":
    _keep()
