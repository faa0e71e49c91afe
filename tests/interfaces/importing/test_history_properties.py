"""Any history: told again, in parts, exported and imported, spoiled; it stays one history."""

import io
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from uuid import UUID

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.deal.corrections import CorrectEvent, Replacement, RetractEvent
from domain.deal.deciding import DealCommand
from domain.deal.life import ChangeStage, OpenDeal, ReviseAmount
from domain.deal.outcome import ReopenDeal, WinDeal
from domain.deal.outlook import AddNote
from domain.deal.reading import known_times
from domain.deal.story import Deal, fold
from domain.errors import BadInput, NotFound, Refused
from domain.event import Actor, Recorded
from domain.values import Money
from engine.deals import Deals
from engine.ids import deal_id
from engine.settings import Settings
from interfaces.exporting import export_history
from interfaces.importing.history.importing import import_history
from interfaces.importing.report import ImportReport
from tests.interfaces.importing.histories import NOW, SOURCE, Line, moved, opened
from tests.interfaces.importing.random_histories import DEALS, INSTANTS, STAGES, histories

HERE = UUID("018f0000-0000-7000-8000-0000000000aa")
STREAMS = (*(deal_id(SOURCE, deal) for deal in DEALS), HERE)
LI_LEI = Actor(id="li.lei")


class Store:
    """A store in memory with a clock that goes an hour at each import or command."""

    def __init__(self) -> None:
        self.now = NOW
        self.deals = Deals(Settings(store="memory:"), clock=lambda: self.now)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.deals.close()

    def read(self, content: bytes, *, later: bool = True) -> ImportReport:
        self.now += timedelta(hours=later)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "history.ndjson"
            path.write_bytes(content)
            return import_history(path, self.deals)

    def tell(self, lines: Sequence[Line], *, later: bool = True) -> ImportReport:
        return self.read("".join(f"{json.dumps(each)}\n" for each in lines).encode(), later=later)

    def order(self, command: DealCommand, stream_id: UUID, at: datetime | None) -> None:
        self.now += timedelta(hours=1)
        try:
            self.deals.handle(stream_id, command, by=LI_LEI, at=at)
        except (Refused, NotFound):
            return

    def exported(self) -> str:
        out = io.StringIO()
        export_history(self.deals, out)
        return out.getvalue()


commands: st.SearchStrategy[DealCommand] = st.one_of(
    st.just(OpenDeal(title="Here first", owner="li.lei")),
    st.sampled_from(STAGES).map(lambda stage: ChangeStage(to_stage=stage)),
    st.sampled_from(("70", "75.25")).map(
        lambda amount: ReviseAmount(amount=Money.model_validate({"amount": amount, "currency": "EUR"}))
    ),
    st.just(WinDeal()),
    st.just(ReopenDeal(reason="timing")),
    st.just(AddNote(text="note")),
    st.builds(RetractEvent, retracts=st.integers(1, 8), reason=st.just("by-mistake")),
    st.builds(
        CorrectEvent,
        corrects=st.integers(1, 8),
        reason=st.just("by-mistake"),
        replacement=st.builds(
            Replacement,
            data=st.sampled_from(
                ({"to_stage": "meeting"}, {"text": "z"}, {"title": "Other", "pipeline": "standard"})
            ),
            occurred_at=st.none() | st.sampled_from(INSTANTS).map(datetime.fromisoformat),
        ),
    ),
)
orders = st.tuples(
    commands, st.sampled_from(STREAMS), st.none() | st.sampled_from(INSTANTS).map(datetime.fromisoformat)
)
steps = st.lists(histories() | orders, min_size=1, max_size=6)


@given(steps)
def test_an_export_imported_into_an_empty_store_is_the_same_history_as_known_then_included(
    told: list[list[Line] | tuple[DealCommand, UUID, datetime | None]],
) -> None:
    with Store() as store, Store() as other:
        for step in told:
            if isinstance(step, tuple):
                store.order(*step)
            else:
                store.tell(step)
        exported = store.exported()
        other.now = store.now + timedelta(days=30)
        report = other.read(exported.encode())
        assert list(report.refused) == []
        assert other.exported() == exported
        for stream_id in STREAMS:
            before, after = store.deals.story(stream_id), other.deals.story(stream_id)
            assert [_content(each) for each in after] == [_content(each) for each in before]
            for known_at in known_times(before):
                for as_of in (*map(datetime.fromisoformat, INSTANTS), None):
                    assert _state(fold(after, as_of, known_at)) == _state(fold(before, as_of, known_at))


@given(steps)
def test_an_export_imported_where_it_came_from_adds_nothing(
    told: list[list[Line] | tuple[DealCommand, UUID, datetime | None]],
) -> None:
    with Store() as store:
        for step in told:
            if isinstance(step, tuple):
                store.order(*step)
            else:
                store.tell(step)
        head = store.deals.head()
        report = store.read(store.exported().encode())
        assert (report.recorded, len(report.refused)) == (0, 0)
        assert store.deals.head() == head


@given(histories())
def test_a_history_told_again_adds_nothing(lines: list[Line]) -> None:
    with Store() as store:
        first = store.tell(lines)
        head = store.deals.head()
        again = store.tell(lines)
        assert list(again.refused) == list(first.refused)
        assert again.unchanged + len(again.refused) == again.read
        assert store.deals.head() == head


@given(histories(keys=False), st.integers(0, 16))
def test_any_part_of_a_history_and_then_the_whole_is_the_whole(lines: list[Line], part: int) -> None:
    with Store() as at_once, Store() as in_parts:
        at_once.tell(lines)
        in_parts.tell(lines[:part])
        in_parts.tell(lines, later=False)
        in_parts.now = at_once.now
        for stream_id in STREAMS[:2]:
            whole, grown = at_once.deals.story(stream_id), in_parts.deals.story(stream_id)
            assert sorted(map(_told, grown)) == sorted(map(_told, whole))
            for as_of in (*map(datetime.fromisoformat, INSTANTS), None):
                assert _standing(fold(grown, as_of)) == _standing(fold(whole, as_of))


@given(st.binary(max_size=400))
@example(b"\x1f\x8b")
@example(b"\xef\xbb\xbf{}")
@example(b"{" * 5000)
def test_random_bytes_are_refused_and_record_nothing(content: bytes) -> None:
    with Store() as store:
        with suppress(BadInput):
            store.read(content)
        assert store.deals.head().position == 0


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(INSTANTS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("data", "at", "x")), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """A history in which something was overwritten, left out or cut."""
    lines = draw(histories())
    lines.append(
        {
            **moved("meeting", INSTANTS[1], deal="A"),
            "type": "EventCorrected",
            "data": {
                "corrects": draw(st.integers(0, 9)),
                "type": "DealStageChanged",
                "reason": "x",
                "replacement": {"data": {"to_stage": "proposal"}},
            },
        }
    )
    lines.append(
        {"pipeline": "loan", "type": "PipelineDefined", "data": {"labels": {"en": "x"}, "stages": []}}
    )
    for told in lines:
        if draw(st.integers(0, 2)) == 0:
            within = draw(st.sampled_from([told, told["data"]]))
            name = draw(st.sampled_from([*within, "version", "by", "key", "amount"]))
            within[name] = draw(anything)
    text = "\n".join(json.dumps(told) for told in lines)
    if draw(st.booleans()):
        cut = draw(st.integers(0, len(text)))
        text = text[:cut] + draw(st.text(max_size=3)) + text[cut + draw(st.integers(0, 9)) :]
    return text


@settings(max_examples=150)
@given(spoiled())
def test_a_spoiled_history_leaves_out_what_is_wrong_and_every_deal_can_still_be_told(text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    with Store() as store:
        try:
            report = store.read(content)
        except BadInput:
            assert store.deals.head().position == 0
            return
        assert report.recorded + report.unchanged + len(report.refused) == report.read
        for recorded in store.deals.feed():
            if recorded.type == "DealOpened":
                assert fold(store.deals.story(recorded.stream_id)) is not None
        # A correction of an event that was not there yet is refused; told again, it may be there by now.
        before = store.deals.head().position
        store.read(content)
        assert {each.type for each in store.deals.feed(before)} <= {"EventCorrected", "EventRetracted"}
        assert store.read(content).recorded == 0


def test_the_refused_lines_of_a_file_can_be_mended_and_imported_alone() -> None:
    with Store() as store:
        report = store.tell([opened(deal="A"), moved("nowhere", INSTANTS[1], deal="A")])
        assert len(report.refused) == 1
        assert store.tell([moved("meeting", INSTANTS[1], deal="A")]).recorded == 1


def _content(recorded: Recorded) -> tuple[object, ...]:
    data = recorded.event.model_dump(mode="json", exclude_unset=True)
    return recorded.version, recorded.type, recorded.occurred_at, recorded.precision, recorded.by, data


def _state(deal: Deal | None) -> tuple[object, ...] | None:
    if deal is None:
        return None
    return deal.life, deal.team, deal.outlook, deal.touchpoints, deal.negotiation, deal.outcome


def _told(recorded: Recorded) -> tuple[str, ...]:
    derived = {"from_stage", "from_pipeline", "previous"}
    data = recorded.event.model_dump(mode="json", exclude_unset=True, exclude=derived)
    return recorded.occurred_at.isoformat(), recorded.type, str(recorded.line_key), json.dumps(data)


def _standing(deal: Deal | None) -> tuple[object, ...] | None:
    return None if deal is None else (deal.life, deal.team, deal.outcome.standing, deal.negotiation.accepted)
