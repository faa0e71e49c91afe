"""Answers about stages for programs: a line for each stage of each group, or for each deal behind it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from interfaces.cli.output import listed, write
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.question import Question
    from projections.asking.report_answer import ReportAnswer


def written_by_stage(session: Session, answer: "ReportAnswer", question: "Question") -> bool:
    """Print the answer for a program, if one asked."""
    if session.output == "table":
        return False
    document = answer.model_dump(mode="json")
    shape = listed(listed(type(answer), "groups"), "behind" if question.with_deals else "stages")
    before = [*(f"by.{name}" for name in question.by), "pipeline"]
    write(session.output, document, _lines(document["groups"]), shape=shape, before=before)
    return True


def _lines(groups: list[dict[str, list[dict[str, object]]]]) -> Iterator[dict[str, object]]:
    for group in groups:
        for line in group.get("behind", group["stages"]):
            yield {"by": group["by"], "pipeline": group["pipeline"], **line}
