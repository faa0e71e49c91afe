"""`python -m consumers.contract --check`: is the contract published as it is, and does it break no reader?"""

import sys
from pathlib import Path

from consumers.contract.compatibility import breaking_changes
from consumers.contract.pages import differences, last_release, schemas_of, write
from consumers.contract.schemas import schemas

REPOSITORY = Path(__file__).parents[2]
USAGE = "usage: python -m consumers.contract --check | --write\n"


def main(arguments: list[str], repository: Path = REPOSITORY) -> int:
    """Check or write; 0 where all is well, 1 where something is to be done, 2 for other arguments."""
    match arguments:
        case ["--write"]:
            write(repository)
            return 0
        case ["--check"]:
            return max(_check_pages(repository), _check_readers(repository))
        case _:
            sys.stderr.write(USAGE)
            return 2


def _check_pages(repository: Path) -> int:
    stale = differences(repository)
    if stale:
        sys.stderr.write(
            "These files are not what the events are now. Write them again "
            "(.venv/bin/python -m consumers.contract --write), look at what changed, and commit them:\n"
        )
        sys.stderr.writelines(f"  {path}\n" for path in stale)
    return int(bool(stale))


def _check_readers(repository: Path) -> int:
    release = last_release(repository)
    if release is None:
        return 0
    broken = breaking_changes(schemas_of(release, repository), schemas())
    if not broken:
        return 0
    final = int(release.removeprefix("v").split(".")[0]) >= 1
    sys.stderr.write(
        f"These changes since {release} break programs that read the events, or stores that exist. "
        + (
            "Add an optional field or a new type of event instead:\n"
            if final
            else "Until 1.0.0 that may be, with a line in CHANGELOG.md:\n"
        )
    )
    sys.stderr.writelines(f"  {change}\n" for change in broken)
    return int(final)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
