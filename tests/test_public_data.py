"""Tests on public data run where the data is, are skipped elsewhere, and never pass without it in CI."""

from pathlib import Path

import pytest

from tests.public_data import public_data


def find(repository: Path, **environment: str) -> Path:
    return public_data("maven_crm", "the csv files", environment=environment, repository=repository)


def test_data_is_found_relative_to_the_repository(tmp_path: Path) -> None:
    (tmp_path / "shared" / "maven_crm").mkdir(parents=True)
    (tmp_path / "checkout").mkdir()
    found = find(tmp_path / "checkout", DEALTRAIL_TEST_DATA="../shared")
    assert found.samefile(tmp_path / "shared" / "maven_crm")


def test_without_the_variable_a_test_is_skipped_and_says_what_it_wants(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="this test reads the csv files"):
        find(tmp_path)


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"DEALTRAIL_TEST_DATA": "nowhere"}], ids=str)
def test_data_that_is_promised_and_missing_fails_the_test(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(pytest.fail.Exception, match="maven_crm"):
        find(tmp_path, **environment)
