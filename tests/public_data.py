"""The public data that some tests read: there, or a reason to skip, or a failure where it is promised."""

from collections.abc import Mapping
from pathlib import Path

import pytest


def public_data(folder: str, title: str, *, environment: Mapping[str, str], repository: Path) -> Path:
    """`folder` in the place that DEALTRAIL_TEST_DATA names, relative to the repository.

    Without the variable the test is skipped, saying what it wants; with it, or in CI, what is missing
    is a failure.
    """
    place = environment.get("DEALTRAIL_TEST_DATA")
    wanted = f"this test reads {title}: set DEALTRAIL_TEST_DATA to a folder that holds it as {folder}/"
    if not place:
        if environment.get("CI"):
            pytest.fail(f"DEALTRAIL_TEST_DATA is not set; {wanted}", pytrace=False)
        pytest.skip(wanted)
    found = repository / place / folder
    if not found.is_dir():
        pytest.fail(f"There is no folder {found}; {wanted}", pytrace=False)
    return found
