"""Tables that cannot be read or held: told with line and column; a bad row leaves out itself alone."""

import csv
import gzip
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.errors import BadInput
from interfaces.importing.report import Refusal
from interfaces.importing.table.mapping_file import read_mapping
from tests.interfaces.importing.tables import WEEKLY, Desk, desk

HEADER = "id,name,stage,owner,amount,created,closed\n"
GOOD = "1,Crane,Qualify,ann,1000,2026-03-02,\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as empty:
        yield empty


def row(_key: int = 2, /, **cells: str) -> str:
    """A good row with other cells in it, as a table would write it."""
    values = {"id": str(_key), "name": "Mill", "stage": "Qualify", "owner": "bob", "amount": "5"}
    values |= {"created": "2026-03-02", "closed": ""} | cells
    return ",".join(f'"{value}"' if "," in value else value for value in values.values()) + "\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEADER + GOOD + '2,"Mill,Qualify,ann,1,,\n', ["Line 3", "column 3", "quote"]),
        (
            HEADER + GOOD + '2,"Mi"ll,Qualify,ann,1,,\n',
            ["Line 3", "column 7", "'l' follows the closing quote"],
        ),
        (HEADER + GOOD + '2,"Mill\nrace"x,Qualify,ann,1,,\n', ["Line 4", "column 6", "'x'"]),
        ((HEADER + GOOD).encode() + b"2,M\xfchle,Qualify,,,,\n", ["Line 3", "column 4", "0xfc", "UTF-8"]),
        ((HEADER + GOOD).encode("utf-16"), ["Line 1", "column 1", "UTF-16"]),
        (HEADER + GOOD + '2,"' + "x" * 140_000 + '",Qualify,ann,1,,\n', ["Line 3", "131072"]),
        (HEADER + GOOD + '2,"' + ",,\n" * 70_000, ["Line 3", "column 3", "quote"]),
        ("", ["empty"]),
        ("\n \n", ["empty"]),
        ("id,name,stage,owner,amont,created,closed\n" + GOOD, ["deal.amount", "'amount'", "'amont'"]),
        ("id,name,stage,owner,amount,amount,created,closed\n", ["'amount'", "2 of that name"]),
        (gzip.compress((HEADER + GOOD * 999).encode())[:-9], ["gzip", "to its end"]),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_records_nothing(
    store: Desk, text: str | bytes, told: list[str]
) -> None:
    for check in (True, False):
        with pytest.raises(BadInput) as refused:
            store.take(text, check=check)
        for each in told:
            assert each in str(refused.value)
    assert store.deals.head().position == 0
    assert [path.name for path in store.folder.iterdir()] == ["deals.csv"]


@pytest.mark.parametrize(
    ("cells", "column", "value", "why"),
    [
        ({"created": "03/02/2026"}, "created", "03/02/2026", "no date"),
        ({"created": "2026-02-30"}, "created", "2026-02-30", "no date"),
        ({"closed": "0026-03-05", "stage": "Won"}, "closed", "0026-03-05", "no date"),
        ({"created": "2026-11-24"}, "created", "2026-11-24", "future"),
        ({"stage": "Propse"}, "stage", "Propse", "Did you mean 'Propose'?"),
        ({"stage": "Closed"}, "stage", "Closed", "There are: 'Qualify'"),
        ({"amount": "-5"}, "amount", "-5", "negative"),
        ({"amount": "1.23456"}, "amount", "1.23456", "more than four decimals"),
        ({"amount": "1234567890123"}, "amount", "1234567890123", "more than twelve digits"),
        ({"amount": "1,234.50"}, "amount", "1,234.50", 'thousands = ","'),
        ({"amount": "$12"}, "amount", "$12", 'currency_sign = "$"'),
        ({"amount": "12 €"}, "amount", "12 €", 'currency_sign = "€"'),
        ({"amount": "NaN"}, "amount", "NaN", "no number"),
        ({"amount": "1_000"}, "amount", "1_000", "no number"),
        ({"amount": "1e6"}, "amount", "1e6", "no number"),
        ({"id": ""}, "id", "", "no key"),
        ({"id": "1"}, "id", "1", "came before, on line 2"),
        ({"name": "x" * 501}, "name", "x" * 200 + "…", "longer than 500"),
        ({"closed": "2026-03-02,one more"}, None, None, ""),
    ],
)
def test_a_bad_row_leaves_out_itself_alone(
    store: Desk, cells: dict[str, str], column: str | None, value: str | None, why: str
) -> None:
    bad = row(**cells) if column else row().replace("\n", ",one more\n")
    text = HEADER + GOOD + bad + row(3)
    checked = store.take(text, check=True)
    assert store.deals.head().position == 0
    (refusal,) = checked.refused
    assert (refusal.line, refusal.column, refusal.value) == (3, column, value)
    assert why in refusal.reason
    report = store.take(text)
    assert list(report.refused) == [refusal]
    assert (report.read, report.opened, report.recorded) == (3, 2, checked.recorded)
    assert store.story("1")
    assert store.story("3")
    assert report.refused_file == store.folder / "deals.csv.refused.csv"
    left_out = list(csv.reader(report.refused_file.read_text("utf-8-sig").splitlines()))
    assert left_out[0][:4] == ["line", "column", "value", "reason"]
    assert left_out[1][4:] == next(csv.reader([bad]))


def test_rows_that_were_left_out_are_mended_in_their_file_and_imported(store: Desk) -> None:
    report = store.take(HEADER + GOOD + row(2, amount="-1"))
    assert report.refused_file is not None
    mended = report.refused_file.read_text("utf-8-sig").replace(",-1,", ",1,")
    again = store.take_file(store.write(mended, "mended.csv"))
    assert (again.opened, len(again.refused), len(again.missing)) == (1, 0, 0)
    with pytest.raises(BadInput, match="lost their numbers"):
        store.take(mended, WEEKLY.replace('key = "id"', 'key = "#row"'))


def test_a_check_finds_every_bad_row_and_every_bad_cell_in_one_pass(store: Desk) -> None:
    text = HEADER + GOOD + row(2, amount="-1", stage="Nowhere") + "3,Mill\n" + row(1) + row(5, created="soon")
    report = store.take(text, check=True)
    assert [(each.line, each.column) for each in report.refused] == [
        (3, "stage"),
        (4, None),
        (5, "id"),
        (6, "created"),
    ]
    assert "Also amount: This amount is negative" in next(iter(report.refused)).reason
    assert (report.read, report.opened) == (5, 1)
    assert list(store.folder.iterdir()) == [store.folder / "deals.csv"]


def test_a_check_of_an_unreadable_file_tells_the_bad_rows_before_that_place_too(store: Desk) -> None:
    with pytest.raises(BadInput, match=r"(?s)Line 4.*1 rows would be left out.*line 3, amount: .* negative"):
        store.take(HEADER + GOOD + row(2, amount="-1") + '3,"Mill\n', check=True)


def test_the_line_of_a_row_is_the_one_that_it_begins_on(store: Desk) -> None:
    text = HEADER + '1,"Crane\nand hook",Qualify,ann,1,,\n\n' + row(2, amount="x")
    assert [each.line for each in store.take(text).refused] == [5]


def test_a_mark_at_the_beginning_and_other_line_ends_and_delimiters_are_no_matter(store: Desk) -> None:
    text = (HEADER + GOOD).replace(",", ";").replace("\n", "\r\n")
    store.take(b"\xef\xbb\xbf" + text.encode())
    story = store.story("1")
    assert [each.event_id for each in story] == [f"{story[0].stream_id}:1"]
    assert store.take((HEADER + GOOD).replace(",", "\t")).unchanged == 1
    assert store.take((HEADER + GOOD).replace("\n", "\r")).unchanged == 1
    assert store.take(gzip.compress((HEADER + GOOD).encode())).unchanged == 1


def test_a_table_of_a_header_alone_is_a_table_without_deals(store: Desk) -> None:
    report = store.take(HEADER)
    assert (report.read, report.recorded, len(report.refused)) == (0, 0, 0)
    assert store.deals.head().position == 0


def test_a_line_of_two_gigabytes_is_refused_in_little_memory(store: Desk) -> None:
    path = store.write(HEADER + GOOD)
    with path.open("r+b") as file:
        file.truncate(2 * 1024**3)  # a hole: it takes no room on the disk
    tracemalloc.start()
    try:
        with pytest.raises(BadInput, match=r"Line 3 .* goes on after column"):
            store.take_file(path)
        assert tracemalloc.get_traced_memory()[1] < 100 * 1024**2
    finally:
        tracemalloc.stop()
    assert store.deals.head().position == 0


def test_what_looks_odd_is_recorded_as_told_and_reported(store: Desk) -> None:
    report = store.take(HEADER + "1,Crane,Won,ann,5,2026-03-05,2026-03-01\n")
    assert report.opened == 1
    assert "closed on 2026-03-01, before it was opened on 2026-03-05" in [
        each.told for each in report.contradictions
    ]
    assert ("DealWon", "2026-03-01") in store.told("1")


ALPHABET = st.sampled_from([*'id,name;stage"\n\r\t12.-|é🙂 \x00', "Won", "2026-03-02", "Qualify"])
BYTES = st.one_of(
    st.binary(max_size=400),
    st.lists(ALPHABET, max_size=80).map(lambda parts: HEADER.encode() + "".join(parts).encode()),
    st.lists(st.lists(ALPHABET, max_size=4).map("".join), min_size=7, max_size=7).map(
        lambda cells: (HEADER + GOOD + ",".join(cells) + "\n").encode()
    ),
    st.tuples(st.integers(0, 80), st.binary(max_size=3)).map(
        lambda cut: (HEADER + GOOD).encode()[: cut[0]] + cut[1] + (HEADER + GOOD).encode()[cut[0] :]
    ),
)


@example(gzip.compress(HEADER.encode())[:12])
@given(content=BYTES)
def test_whatever_bytes_come_they_are_taken_or_refused_and_never_by_half(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    with desk(tmp_path_factory.mktemp("fuzz")) as store:
        told = refused(store, content, check=True)
        assert store.deals.head().position == 0
        if told is not None:
            assert refused(store, content) == told
            assert store.deals.head().position == 0
            return
        checked = store.take(content, check=True)
        report = store.take(content)
        assert list(report.refused) == list[Refusal](checked.refused)
        assert (report.read, report.recorded) == (checked.read, checked.recorded)
        assert report.read == report.opened + len(report.refused)
        assert store.deals.head().position == report.recorded
        assert store.take(content).recorded == 0


def refused(store: Desk, content: bytes, *, check: bool = False) -> str | None:
    """Why the whole file is refused, if it is."""
    try:
        store.take(content, check=check)
    except BadInput as error:
        return str(error)
    return None


@given(text=st.text(max_size=300))
def test_whatever_text_is_a_mapping_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("mapping") / "m.toml"
    path.write_text(WEEKLY + text, encoding="utf-8", newline="")
    with suppress(BadInput):  # and nothing else
        read_mapping(path)
