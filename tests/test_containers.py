"""The image and the services say what the project is made of and what its commands are."""

import json
import re
import tomllib
from base64 import b64encode
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup

from consumers.jobs.named import job_named
from interfaces.cli.lazily import Lazily
from interfaces.cli.main import command


@pytest.fixture(scope="module")
def dockerfile(repository: Path) -> str:
    return (repository / "Dockerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def compose(repository: Path) -> str:
    return (repository / "docker-compose.yml").read_text("utf-8")


def test_the_image_holds_every_room_and_what_is_copied_is_let_in(repository: Path, dockerfile: str) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))
    rooms = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    copied = {
        name
        for line in re.findall(r"^COPY (?!--)(.+) \S+$", dockerfile, re.MULTILINE)
        for name in line.split()
    }
    ignored = (repository / ".dockerignore").read_text("utf-8").splitlines()
    assert set(rooms) <= copied
    assert {f"!{name}" for name in copied} == {line for line in ignored if line.startswith("!")}


def test_nothing_in_the_image_runs_as_root_and_its_rooms_come_first(dockerfile: str) -> None:
    last = dockerfile.rsplit("FROM ", 1)[1]
    assert re.search(r"^USER dealtrail$", last, re.MULTILINE)
    assert "PYTHONPATH=/app" in last
    assert "uv sync --frozen" in dockerfile


def test_the_services_run_commands_that_there_are_with_options_that_they_have(compose: str) -> None:
    ran = [json.loads(words) for words in re.findall(r"^    command: (\[.*\])$", compose, re.MULTILINE)]
    assert [words[:2] for words in ran] == [
        ["store", "upgrade"],
        ["projections", "run"],
        ["relay", "init"],
        ["relay", "run"],
        *3 * [["consumers", "run"]],
    ]
    for words in ran:
        found: object = command()
        for word in words[:2]:
            found = found.loaded if isinstance(found, Lazily) else found
            assert isinstance(found, TyperGroup)
            found = found.commands[word]
        assert isinstance(found, TyperCommand)
        known = {option for each in found.params for option in each.opts}
        assert {word for word in words if word.startswith("--")} <= known


def test_whatever_of_ours_runs_in_a_container_hears_when_it_is_to_stop(compose: str) -> None:
    services = re.split(r"^  (?=[a-z]+:)", compose.partition("\nservices:\n")[2], flags=re.MULTILINE)
    ours = [service for service in services if "build: ." in service]
    assert len(ours) == 5
    assert all("\n    init: true\n" in service for service in ours)
    running = [service for service in services if "restart: unless-stopped" in service]
    assert all("\n    stop_grace_period: " in service for service in running)


def test_every_volume_of_a_service_is_named_and_every_port_is_open_to_this_machine_alone(
    compose: str,
) -> None:
    services, volumes = compose.split("\nvolumes:\n")
    used = set(re.findall(r"^      - ([a-z-]+):/", services, re.MULTILINE))
    assert used == set(re.findall(r"^  ([a-z-]+):$", volumes, re.MULTILINE))
    ports = re.findall(r'^      - "(.*:\d+)"$', services, re.MULTILINE)
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", ["archive", "webhooks", "announce"])
def test_each_job_takes_the_configuration_that_its_service_gives_it(
    name: str, compose: str, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_WEBHOOK_SECRET", "whsec_" + b64encode(bytes(24)).decode())
    monkeypatch.setenv("ANNOUNCE_URLS", "json://localhost")
    (path,) = re.findall(rf"^    file: \$\{{{name.upper()}_CONFIG:-\./(.+)\}}$", compose, re.MULTILINE)
    assert job_named(name, tomllib.loads((repository / path).read_text("utf-8"))).name == name
