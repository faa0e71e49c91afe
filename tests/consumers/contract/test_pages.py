"""The contract is published as it is: pages are written, compared, and held against the last release."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from consumers.contract.__main__ import main
from consumers.contract.catalogue import SECTIONS
from consumers.contract.pages import ASYNCAPI, GOLDEN, PAGE, SCHEMAS, differences, example
from consumers.contract.schemas import schema_of
from domain.events import EVENTS


@pytest.fixture
def checkout(tmp_path: Path, repository: Path) -> Path:
    """A repository that holds the golden files and the contract as it is."""
    golden = tmp_path / GOLDEN
    golden.parent.mkdir(parents=True)
    golden.symlink_to(repository / GOLDEN)
    assert main(["--write"], tmp_path) == 0
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Li Lei", "-c", "user.email=li.lei@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def release(folder: Path, tag: str) -> None:
    git(folder, "init", "-q")
    git(folder, "add", "docs")
    git(folder, "commit", "-q", "-m", "Publish")
    git(folder, "tag", tag)


def add_field(folder: Path, name: str, field: str) -> None:
    """As if the release had had a field that is gone since."""
    path = folder / SCHEMAS / f"{name}.json"
    schema = json.loads(path.read_text("utf-8"))
    schema["$defs"][name]["properties"][field] = {"type": "string"}
    path.write_text(json.dumps(schema), "utf-8")


def test_the_published_contract_is_what_the_events_are(repository: Path) -> None:
    assert differences(repository) == []


def test_what_is_written_needs_no_second_writing(checkout: Path) -> None:
    assert main(["--check"], checkout) == 0


def test_a_page_that_was_changed_or_is_missing_or_too_much_is_named(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / PAGE).write_text("Something else", "utf-8")
    (checkout / ASYNCAPI).unlink()
    (checkout / SCHEMAS / "DealTeleported.json").write_text("{}", "utf-8")
    assert main(["--check"], checkout) == 1
    told = capsys.readouterr().err
    assert re.findall(r"^  (.+)$", told, re.MULTILINE) == [PAGE, ASYNCAPI, f"{SCHEMAS}/DealTeleported.json"]
    assert main(["--write"], checkout) == 0
    assert differences(checkout) == []


def test_a_change_that_breaks_readers_of_a_final_release_does_not_pass(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_field(checkout, "DealWon", "mood")
    release(checkout, "v1.2.0")
    main(["--write"], checkout)
    assert main(["--check"], checkout) == 1
    assert "v1.2.0" in (told := capsys.readouterr().err)
    assert "  DealWon.data.mood: the field is gone\n" in told


def test_before_the_first_final_release_such_a_change_is_said_and_passes(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_field(checkout, "DealWon", "mood")
    release(checkout, "0.2.0")
    main(["--write"], checkout)
    assert main(["--check"], checkout) == 0
    assert "Until 1.0.0 that may be" in capsys.readouterr().err


def test_nothing_is_broken_against_a_release_that_is_the_same_or_had_no_schemas(checkout: Path) -> None:
    release(checkout, "v1.0.0")
    assert main(["--check"], checkout) == 0
    git(checkout, "rm", "-rq", "--cached", "docs/events")
    git(checkout, "commit", "-q", "-m", "None")
    git(checkout, "tag", "v1.0.1")
    assert main(["--check"], checkout) == 0


def test_other_arguments_are_answered_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--read"]) == 2
    assert "--check | --write" in capsys.readouterr().err


def test_the_catalogue_tells_each_event_with_all_its_fields_and_its_example(repository: Path) -> None:
    page = (repository / PAGE).read_text("utf-8")
    assert [event.__name__ for _, events in SECTIONS for event in events] == list(EVENTS)
    for name, event in EVENTS.items():
        told = page.split(f"\n### {name}\n")[1].split("\n### ")[0]
        assert event.__doc__ is not None
        assert event.__doc__ in told
        assert re.findall(r"^\| `([^`]+)`", told, re.MULTILINE) == list(
            schema_of(name)["$defs"][name].get("properties", {})
        )
        (shown,) = re.findall(r"```json\n(.*?)```", told, re.DOTALL)
        assert json.loads(shown) == example(repository, name)


def test_the_catalogue_marks_personal_data(repository: Path) -> None:
    told = (repository / PAGE).read_text("utf-8").split("\n### ContactAdded\n")[1].split("\n### ")[0]
    assert re.findall(r"^\| `([^`]+)`\?? †", told, re.MULTILINE) == ["name", "email", "phone"]


def test_every_link_on_the_catalogue_leads_to_a_heading_of_it(repository: Path) -> None:
    page = (repository / PAGE).read_text("utf-8")
    headings = {
        each.lower().replace(" ", "-").replace("'", "")
        for each in re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    }
    assert {*re.findall(r"\]\(#([^)]+)\)", page)} <= {each.lower().replace(" ", "-") for each in headings}
