"""What every test can ask for: how hard hypothesis tries, and the public data that some tests read."""

import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

from engine.deals import Deals
from engine.settings import Settings
from interfaces.cli.main import main
from tests.public_data import public_data

pytest_plugins = ["tests.servers.plugin"]

TESTS = Path(__file__).parent
REPOSITORY = TESTS.parent

MEASURED = (TESTS / "domain", TESTS / "engine")
"""Their coverage is asserted, and by their own tests: in the others measuring takes a third of the time."""

# A shared machine may be slow for a moment: no test fails because of that. `print_blob` gives the line
# that repeats a failure elsewhere.
settings.register_profile(
    "default",
    max_examples=50,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("default"), max_examples=100)
settings.register_profile("torture", settings.get_profile("default"), max_examples=1_000)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--torture`: the long runs of `make torture`. The others: where to measure, and where read models lie."""
    parser.addoption("--torture", action="store_true", help="kill, race and generate as in `make torture`")
    parser.addoption("--cov-all-tests", action="store_true", help="measure in all tests, as `make coverage`")
    parser.addoption(
        "--read-models-on-postgres",
        action="store_true",
        help="ask tests/projections of read models on PostgreSQL",
    )


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Started in the background by a shell, whose choice the processes that tests start would inherit:
        # none of them could be interrupted.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("--torture"):
        settings.load_profile("torture")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure coverage, if it is, in the tests whose coverage is asserted; with `--cov-all-tests` in all."""
    measuring = Coverage.current()
    everywhere = item.config.getoption("--cov-all-tests")
    if measuring is None or everywhere or any(map(item.path.is_relative_to, MEASURED)):
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


@pytest.fixture(scope="session")
def torture(request: pytest.FixtureRequest) -> bool:
    """Whether this is `make torture`: tests that repeat something do it far more often then."""
    return bool(request.config.getoption("--torture"))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that this repository is checked out in."""
    return REPOSITORY


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo as `dealtrail demo` leaves it there, only to be read or copied."""
    folder = tmp_path_factory.mktemp("demo")
    assert main(["--store", f"sqlite:///{folder}/demo.db", "demo"]) == 0
    return folder


@pytest.fixture(scope="session")
def demo_deals(demo_folder: Path) -> Iterator[Deals]:
    """The store of the demo, only to be read."""
    with Deals(Settings(store=f"sqlite:///{demo_folder}/demo.db")) as deals:
        yield deals


@pytest.fixture(scope="session")
def maven_crm() -> Path:
    """The folder of the public CRM export (8,800 opportunities) with its known figures in `truth.json`."""
    title = "Maven Analytics “CRM Sales Opportunities” (the csv files)"
    return public_data("maven_crm", title, environment=os.environ, repository=REPOSITORY)


@pytest.fixture(scope="session")
def bpi2012_slice() -> Path:
    """The folder of 107 real loan applications with their known figures in `truth.json`."""
    title = "a slice of the BPI Challenge 2012 log (4TU.ResearchData)"
    return public_data("bpi2012_slice", title, environment=os.environ, repository=REPOSITORY)


@pytest.fixture(scope="session")
def salvirt_b2b() -> Path:
    """The folder of 448 real closed opportunities with their known figures in `truth.json`."""
    title = "Salvirt “B2B sales data” (both csv files)"
    return public_data("salvirt_b2b", title, environment=os.environ, repository=REPOSITORY)


@pytest.fixture(scope="session")
def crm_export_fixtures() -> Path:
    """The folder of small exports of Salesforce and HubSpot as they really look; its README has their figures."""
    title = "exports of a Salesforce developer org and of Fivetran's tables"
    return public_data("crm_export_fixtures", title, environment=os.environ, repository=REPOSITORY)
