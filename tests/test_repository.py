"""What must hold of the repository itself, whoever checks it out and wherever."""

import ast
import re
import subprocess
import tomllib
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

ROOMS = ("domain", "engine", "projections", "consumers", "interfaces")
LONGEST_MODULE = 300

# A path that only one machine has: somebody's home, or the folder that somebody works in. Written so that
# this file does not hold one itself.
MACHINE_PATH = re.compile(r"(?<![\w.-])(?:/(?:home|root|work|farm|Users)/\w|[A-Za-z]:\\+Users\\)")

LINK = re.compile(r"\]\(([^)#\s]+)")


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_the_one_in_this_repository(room: str, repository: Path) -> None:
    """A `domain` package of somebody else on the path would shadow ours without a word."""
    assert import_module(room).__file__ == str(repository / room / "__init__.py")


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_says_in_one_docstring_what_belongs_in_it(room: str) -> None:
    assert (import_module(room).__doc__ or "").strip()


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_tells_type_checkers_that_it_is_typed(room: str, repository: Path) -> None:
    assert (repository / room / "py.typed").is_file()


def test_the_wheel_is_made_of_exactly_the_rooms(repository: Path) -> None:
    wheel = _toml(repository / "pyproject.toml")["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert sorted(wheel["packages"]) == sorted(ROOMS)


def test_the_version_is_the_same_wherever_it_stands(repository: Path) -> None:
    declared = _toml(repository / "pyproject.toml")["project"]["version"]
    locked = {package["name"]: package["version"] for package in _toml(repository / "uv.lock")["package"]}
    assert {"installed": version("dealtrail"), "locked": locked["dealtrail"]} == {
        "installed": declared,
        "locked": declared,
    }


def test_no_file_names_a_path_of_one_machine(repository: Path) -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in _tracked(repository)
        for number, line in enumerate(_lines(repository / path), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["home/li", "root/deals", "work/deals", "Users/anna"])
def test_a_path_of_one_machine_is_recognised(folder: str) -> None:
    assert MACHINE_PATH.search(f"open('/{folder}/export.csv')")
    assert not MACHINE_PATH.search(f"see https://example.org/{folder}/export.csv or docs/{folder}/x")


def test_every_link_between_pages_leads_somewhere(repository: Path) -> None:
    pages = [path for path in _tracked(repository) if path.suffix == ".md"]
    links = [
        (page, link)
        for page in pages
        for link in LINK.findall((repository / page).read_text("utf-8"))
        if "://" not in link
    ]
    assert links
    assert [(str(page), link) for page, link in links if not (repository / page.parent / link).exists()] == []


def test_the_index_names_every_page(repository: Path) -> None:
    index = LINK.findall((repository / "docs" / "README.md").read_text("utf-8"))
    pages = {path.name for path in _tracked(repository) if path.match("docs/*.md")}
    assert pages - {"README.md"} <= set(index)


def test_no_module_outgrows_one_subject(repository: Path) -> None:
    lengths = {str(path): len(_lines(repository / path)) for path in _modules(repository)}
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_every_module_begins_with_its_docstring(repository: Path) -> None:
    silent = [
        str(path)
        for path in _modules(repository)
        if not ast.get_docstring(ast.parse((repository / path).read_text("utf-8")))
    ]
    assert silent == []


def _tracked(repository: Path) -> list[Path]:
    # A checkout that belongs to another user (a mounted folder, say) is read all the same.
    command = ["git", "-c", f"safe.directory={repository}", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=repository, capture_output=True, check=True, text=True).stdout
    files = [Path(name) for name in listed.split("\0") if name]
    assert files, "git lists no file of this repository"
    return [path for path in files if (repository / path).is_file()]


def _modules(repository: Path) -> list[Path]:
    return [path for path in _tracked(repository) if path.parts[0] in ROOMS and path.suffix == ".py"]


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines()


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
