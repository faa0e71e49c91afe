"""A mapping says which column is what; what is wrong in it is told with its key and what to try."""

from pathlib import Path

import pytest

from domain.errors import BadInput
from interfaces.importing.table.mapping_file import read_mapping
from interfaces.importing.table.slugs import code, slug


def told(tmp_path: Path, toml: str) -> str:
    path = tmp_path / "m.toml"
    path.write_text(toml, encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read_mapping(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("toml", "key", "hint"),
    [
        ('sourc = "x"\n[deal]\nkey = "id"', "sourc", "Did you mean 'source'?"),
        ('source = "x"\n[deal]\nkey = "id"\nowned = "o"', "deal.owned", "Did you mean 'owner'?"),
        ('source = "x"\n[deal]\ntitle = "t"', "deal.key", "this key is needed"),
        ('source = "x"\ndates = "%d.%m."\n[deal]\nkey = "id"', "dates[1]", "leaves out the year"),
        ('source = "x"\ndates = ["iso", "%Y-%Q"]\n[deal]\nkey = "id"', "dates[2]", "no date format"),
        ('source = "x"\ntimezone = "Berlin"\n[deal]\nkey = "id"', "timezone", "'Europe/Berlin'"),
        ('source = "x"\ncurrency = "euro"\n[deal]\nkey = "id"', "currency", "it is 'euro'"),
        ('source = "x"\ndelimiter = ";;"\n[deal]\nkey = "id"', "delimiter", "at most 1 character"),
        ('source = "x"\nthousands = "."\ndecimal = "."\n[deal]\nkey = "id"', "the file", "the same mark"),
        ('source = "x"\n[deal]\nkey = "id"\n[stage]\nwon = { value = "W" }', "stage", "column"),
        (
            'source = "x"\n[deal]\nkey = "id"\n[stage]\ncolumn = "s"\nlost = { value = "L", kind = "gone" }',
            "stage.lost[1].kind",
            "'no-decision'",
        ),
        (
            'source = "x"\n[deal]\nkey = "id"\n[stage]\ncolumn = "s"\nstages = ["A"]\nwon = { value = "a" }',
            "stage",
            "named twice",
        ),
        (
            'source = "x"\n[deal]\nkey = "id"\n[stage]\ncolumn = "s"\nstages = ["A"]\nentered = { B = "b" }',
            "stage",
            "does not list it",
        ),
        ('source = "x"\n[deal]\nkey = "id"\n[[join]]\nfile = "f"\non = {}', "join[1].on", "at least 1"),
        ('source = "x"\n[deal]\nkey = id', "TOML", "line 3"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_told_with_its_key(
    tmp_path: Path, toml: str, key: str, hint: str
) -> None:
    message = told(tmp_path, toml)
    assert str(tmp_path / "m.toml") in message
    assert key in message
    assert hint in message


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    message = told(tmp_path, 'source = ""\ncurrency = "usd"\n[deal]\nkee = "id"')
    assert [line.split(":")[0].strip() for line in message.splitlines()[1:]] == [
        "source",
        "currency",
        "deal.key",
        "deal.kee",
    ]


@pytest.mark.parametrize("stages", [["Closed won", "Closed-Won"], ["初步 接洽", "初步-接洽"], ["Ⅳ", "iv"]])
def test_two_labels_with_one_name_are_refused(tmp_path: Path, stages: list[str]) -> None:
    message = told(tmp_path, f'source = "x"\n[deal]\nkey = "id"\n[stage]\ncolumn = "s"\nstages = {stages!r}')
    assert f"{stages[0]!r} and {stages[1]!r} would both be called {slug(stages[0])!r}" in message


def test_a_stage_needs_a_letter_to_be_named_by(tmp_path: Path) -> None:
    assert "no letter or digit" in told(
        tmp_path, 'source = "x"\n[deal]\nkey = "id"\n[stage]\ncolumn = "s"\nstages = ["---"]'
    )


def test_a_mapping_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read_mapping(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'source = "M\xfcller"')
    with pytest.raises(BadInput, match="not UTF-8"):
        read_mapping(tmp_path / "latin.toml")


def test_the_examples_are_mappings(repository: Path) -> None:
    examples = sorted((repository / "docs" / "examples").glob("*.toml"))
    assert [read_mapping(path).source for path in examples] == ["maven", "maven", "salvirt"]


@pytest.mark.parametrize(
    ("label", "made"),
    [
        ("Closed / Won", "closed-won"),
        ("  4. Négociation ", "4-négociation"),
        ("初步接洽（一）", "初步接洽-一"),
        ("हिन्दी चरण", "हिन्दी-चरण"),
        ("ПЕРЕГОВОРЫ", "переговоры"),
        ("proposal_sent", "proposal-sent"),
        ("!!", ""),
    ],
)
def test_a_slug_keeps_the_letters_of_any_script(label: str, made: str) -> None:
    assert slug(label) == made


def test_words_of_an_open_list_become_its_codes_in_either_language() -> None:
    assert code("reason", "Price") == code("reason", "price") == code("reason", "价格") == "price"
    assert code("reason", "Bad weather") == "bad-weather"
