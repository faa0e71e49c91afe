"""Lines are gathered deal by deal, in memory or in a temporary file, and come back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Unavailable
from interfaces.importing.history.gathering import Gathering
from interfaces.importing.history.lines import Line, Owner
from interfaces.importing.report import Refusal

owners = st.sampled_from(
    [Owner("acme", "1"), Owner("acme", "2"), Owner("other", "1"), Owner("", "loan"), Owner("", "standard")]
)


@st.composite
def gathered(draw: st.DrawFn) -> list[tuple[Owner, Line]]:
    """Lines of a few deals and pipelines, numbered as they stand in the file."""
    lines = []
    for number in range(1, draw(st.integers(0, 14)) + 1):
        owner = draw(owners)
        types = ["DealOpened", "DealWon"] if owner.source else ["PipelineDefined", "PipelineRevised"]
        micros = draw(st.integers(-3, 3))
        line = Line(
            number=number,
            type=draw(st.sampled_from(types)),
            data=b"{}",
            left_out=("previous",),
            at=draw(st.sampled_from([None, "2026-04-01T00:00:00Z"])),
            micros=micros,
            precision="instant",
            by=("li.lei", "human", None),
            version=draw(st.none() | st.integers(1, 4)),
            key=None,
            source_recorded_at=None,
            content="c",
        )
        lines.append((owner, line))
    return lines


def taken(gathering: Gathering, lines: list[tuple[Owner, Line]]) -> list[tuple[Owner, list[Line]]]:
    for owner, line in lines:
        gathering.add(owner, line)
    return [*gathering.owners(pipelines=True), *gathering.owners(pipelines=False)]


@given(gathered(), st.integers(0, 12))
def test_few_lines_in_memory_and_many_in_a_file_come_back_alike(
    lines: list[tuple[Owner, Line]], room: int
) -> None:
    with Gathering(room) as filed, Gathering() as held:
        found = taken(held, lines)
        assert taken(filed, lines) == found
    assert sorted(line.number for _, told in found for line in told) == [line.number for _, line in lines]
    for owner, told in found:
        assert all((other, line) in lines for other, line in [(owner, each) for each in told])
        begins = [line.type in ("DealOpened", "PipelineDefined") for line in told]
        assert begins == sorted(begins, reverse=True)


def test_refusals_come_back_by_line_each_line_once() -> None:
    with Gathering() as gathering:
        for line, reason in ((3, "c"), (1, "a"), (3, "again"), (2, "b")):
            gathering.refuse(Refusal(line, "column", "value", reason))
        assert [(refusal.line, refusal.reason) for refusal in gathering.refused()] == [
            (1, "a"),
            (2, "b"),
            (3, "c"),
        ]


def test_a_full_folder_for_temporary_files_is_told() -> None:
    line = Line(1, "DealWon", b"x" * 5_000, (), None, 0, "unknown", None, None, "k", None, "")
    with Gathering(0) as gathering:
        gathering._file.execute("PRAGMA max_page_count = 20")
        lines = [(Owner("acme", "1"), line)] * 2_000
        with pytest.raises(Unavailable, match="TMPDIR"):
            taken(gathering, lines)
