"""Whatever an export of Salesforce says: it is taken as a whole, again it adds nothing, and deals stand as it says."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from tests.interfaces.importing.crm_exports import CrmDesk, crm_desk

STAGES = ("Lead", "Offer", "Won", "Lost")
TABLE = "MasterLabel,SortOrder,IsClosed,IsWon\nLead,1,0,0\nOffer,2,0,0\nWon,3,1,1\nLost,4,1,0\n"
OWNERS = ("005A", "005B", "")
AMOUNTS = ("", "100", "120.5")
DAYS = ("2026-03-05", "2026-09-30", "")


@dataclass(frozen=True)
class Snapshot:
    """How a deal stood at a minute of March."""

    minute: int
    stage: str
    amount: str
    closes: str

    @property
    def at(self) -> str:
        return f"2026-03-{1 + self.minute // 4:02d}T{self.minute % 4 * 6:02d}:00:00Z"


@dataclass(frozen=True)
class Export:
    """One deal: its history, and how its own row says that it stands now."""

    history: tuple[Snapshot, ...]
    now: Snapshot
    owner: str
    fields: bool

    def files(self) -> dict[str, str]:
        closed = {"Won": "true,true", "Lost": "true,false"}.get(self.now.stage, "false,false")
        deal = (
            "Id,Name,StageName,Amount,CloseDate,CreatedDate,LastModifiedDate,OwnerId,IsClosed,IsWon\n"
            f"A,Pumps,{self.now.stage},{self.now.amount},{self.now.closes},2026-03-01T00:00:00Z,"
            f"{self.now.at},{self.owner},{closed}\n"
        )
        return {"Opportunity.csv": deal, "OpportunityStage.csv": TABLE} | (
            self._fields() if self.fields else self._rows()
        )

    def _rows(self) -> dict[str, str]:
        rows = [
            f"008{place},A,{each.at},{each.stage},{each.amount},{each.closes}\n"
            for place, each in enumerate(self.history)
        ]
        header = "Id,OpportunityId,CreatedDate,StageName,Amount,CloseDate\n"
        return {"OpportunityHistory.csv": header + "".join(rows)} if rows else {}

    def _fields(self) -> dict[str, str]:
        rows: list[str] = []
        for before, after in zip(self.history, self.history[1:], strict=False):
            for field, name in (("StageName", "stage"), ("Amount", "amount"), ("CloseDate", "closes")):
                old, new = getattr(before, name), getattr(after, name)
                rows += [f"017{len(rows)},A,{field},{old},{new},{after.at}\n"] if old != new else []
        header = "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n"
        return {"OpportunityFieldHistory.csv": header + "".join(rows)} if rows else {}


def snapshots(minutes: st.SearchStrategy[int]) -> st.SearchStrategy[Snapshot]:
    return st.builds(
        Snapshot, minutes, st.sampled_from(STAGES), st.sampled_from(AMOUNTS), st.sampled_from(DAYS)
    )


@st.composite
def exports(draw: st.DrawFn) -> tuple[Export, Export]:
    """An export and a later one, whose history begins with that of the first."""
    before, after = draw(_history(1, 50)), draw(_history(60, 80))
    fields, owner, later = draw(st.booleans()), *draw(st.tuples(*[st.sampled_from(OWNERS)] * 2))
    then = draw(_now(before, 55, always=fields))
    first = Export(tuple(before), then, owner, fields)
    # A history of fields says what they were before; that of whole rows begins when it begins.
    history = [*before, *([then] if fields else []), *after]
    return first, Export(tuple(history), draw(_now(history, 90, always=fields)), later, fields)


def _history(begin: int, end: int) -> st.SearchStrategy[list[Snapshot]]:
    found = st.lists(snapshots(st.integers(begin, end)), max_size=3)
    return found.map(lambda each: sorted(each, key=lambda snapshot: snapshot.minute))


def _now(history: Sequence[Snapshot], minute: int, *, always: bool) -> st.SearchStrategy[Snapshot]:
    """As the last row of history says, mostly or always."""
    free = snapshots(st.just(minute))
    if not history:
        return free
    same = st.just(replace(history[-1], minute=minute))
    return same if always else st.one_of(same, free)


@contextmanager
def desk() -> Iterator[CrmDesk]:
    with tempfile.TemporaryDirectory() as folder, crm_desk(Path(folder)) as empty:
        yield empty


@given(exports())
def test_a_deal_stands_as_its_export_says_and_importing_again_adds_nothing(
    both: tuple[Export, Export],
) -> None:
    with desk() as store:
        for export in both:
            for path in store.folder.iterdir():
                path.unlink()
            for name, text in export.files().items():
                store.write(name, text)
            checked = store.salesforce(currency="EUR", check=True)
            report = store.salesforce(currency="EUR")
            assert (report.recorded, report.refused.count) == (checked.recorded, 0)
            check_standing(store, export)
            assert store.salesforce(currency="EUR").recorded == 0


def check_standing(store: CrmDesk, export: Export) -> None:
    deal, now = store.deal("salesforce:A"), export.now
    standing = {"Won": "won", "Lost": "lost"}.get(now.stage, "open")
    assert deal.outcome.standing == standing
    assert deal.team.owner == (export.owner or None)
    if now.amount or standing == "open":
        # What a deal was closed at is what counts from then on.
        closed = deal.outcome.closings[-1].event.amount if standing != "open" else None
        amount = closed or deal.life.amount
        assert (f"{amount.amount:f}" if amount else "") == now.amount
    if standing == "open":
        assert deal.life.stage == now.stage.lower()
        assert str(deal.life.expected_close or "") == now.closes


CELLS = st.sampled_from(
    [*',;"\n\r\t -/.€é🙂\x00', "A", "Won", "Lead", "2026-03-02", "03/04/26", "1e7", "true"]
)
TEXTS = st.lists(CELLS, max_size=40).map("".join)
HEADER = "Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon\n"


@given(TEXTS, TEXTS)
def test_whatever_the_files_hold_they_are_taken_or_refused_and_never_by_half(
    deals: str, history: str
) -> None:
    with desk() as store:
        store.write("Opportunity.csv", HEADER + deals)
        store.write(
            "OpportunityHistory.csv", "Id,OpportunityId,CreatedDate,StageName,Amount,CloseDate\n" + history
        )
        with suppress(BadInput):
            checked = store.salesforce(currency="EUR", check=True)
            report = store.salesforce(currency="EUR")
            # A template that a deal needs is the store's own, and is not counted.
            assert report.recorded == checked.recorded <= store.deals.head().position
            assert list(report.refused) == list(checked.refused)
            assert store.salesforce(currency="EUR").recorded == 0
            return
        assert store.deals.head().position == 0
