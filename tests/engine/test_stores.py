from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.errors import BadInput
from engine.clock import now
from engine.settings import Settings
from engine.stores import open_log, zone


def test_three_slashes_name_a_file_here_and_four_one_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    open_log(Settings(store="sqlite:///here.db"), now).close()
    open_log(Settings(store=f"sqlite:///{tmp_path}/elsewhere/there.db"), now).close()
    assert sorted(str(found.relative_to(tmp_path)) for found in tmp_path.rglob("*.db")) == [
        "elsewhere/there.db",
        "here.db",
    ]


def test_a_store_in_memory_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    log = open_log(Settings(store="memory:"), now)
    assert log.info.url == "memory:"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["deals.db", "sqlite://deals.db", "sqlite:///", "mysql://x/y", "memory", " "])
def test_a_url_that_names_no_store_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="names no store"):
        open_log(Settings(store=url), now)


def test_a_new_store_is_in_utc_unless_told_otherwise(tmp_path: Path) -> None:
    assert open_log(Settings(store="memory:", timezone=None), now).info.timezone == "UTC"
    assert open_log(Settings(store="memory:", timezone="Asia/Tokyo"), now).info.timezone == "Asia/Tokyo"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b"])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="no time zone"):
        zone(name)


def test_a_known_time_zone_is_found() -> None:
    assert zone("Asia/Shanghai") == ZoneInfo("Asia/Shanghai")


def test_a_store_is_not_made_with_an_unknown_time_zone(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no time zone"):
        open_log(Settings(store=f"sqlite:///{tmp_path}/deals.db", timezone="Mars/Olympus"), now)
    assert list(tmp_path.iterdir()) == []
