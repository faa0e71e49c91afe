"""What the groups and stages of answers about stages are called."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from interfaces.cli.naming import Names
from interfaces.cli.reports.dimensions import parts
from interfaces.cli.session import Session


class InPipeline(Protocol):
    """A group of deals in one pipeline."""

    @property
    def by(self) -> Mapping[str, str | None]: ...
    @property
    def pipeline(self) -> str: ...


class StageNames:
    """Names in the reader's language; each pipeline is read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._names = Names(session.deals, session.formats)

    def title(self, group: InPipeline) -> str:
        """What a table of the group is headed by: its pipeline, and what its deals have in common."""
        return " · ".join([self._names.pipeline(group.pipeline), *parts(self._session, group.by)])

    def stage(self, group: InPipeline, stage: str) -> str:
        """A stage of the group's pipeline."""
        return self._names.stage(group.pipeline, stage)

    def stages(self, group: InPipeline, stages: Iterable[str]) -> str:
        """Several stages beside each other; a dash for none."""
        return self._session.formats.listed([self.stage(group, each) for each in stages]) or "–"
