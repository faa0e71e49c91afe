"""docs/settings.md names every setting with its default, and no other."""

import re
from pathlib import Path

from engine.settings import Settings


def test_every_setting_is_on_its_page(repository: Path) -> None:
    page = (repository / "docs" / "settings.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(DEALTRAIL_\w+)`", page, re.MULTILINE)) == {
        f"DEALTRAIL_{name.upper()}" for name in Settings.model_fields
    }


def test_the_page_tells_the_defaults(repository: Path) -> None:
    page = (repository / "docs" / "settings.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `DEALTRAIL_(\w+)` \| `([^`]+)`", page, re.MULTILINE))
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert told["STORE"] == defaults["STORE"]
    assert float(told["BUSY_TIMEOUT"]) == defaults["BUSY_TIMEOUT"]
