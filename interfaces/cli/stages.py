"""`dealtrail stages`: the definitions of pipelines, from TOML or JSON."""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from domain.errors import BadInput, NotFound
from domain.event import Recorded
from domain.pipeline import DefinePipeline, Pipeline, PipelineCommand, RetirePipeline, RevisePipeline
from domain.templates.shipped import TEMPLATES
from interfaces.cli.command import declared
from interfaces.cli.grid import Column, table
from interfaces.cli.output import show, write
from interfaces.cli.session import Session
from interfaces.cli.stored import stored_at
from interfaces.cli.writing import At, By, CommandId, Envelope, ExpectVersion, keywords

C = TypeVar("C", bound=BaseModel)

app = typer.Typer(no_args_is_help=True, add_completion=False)

Slug = Annotated[str, typer.Argument(metavar="PIPELINE", help="Its slug, as `stages list` shows it.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The definition, TOML or JSON (.json).")]


@app.callback()
def stages() -> None:
    """The definitions of pipelines."""


@declared(app, "list")
def list_pipelines(session: Session) -> None:
    """Every pipeline, and the templates that are ready to be used."""
    from projections.states.pipeline_slugs import pipeline_slugs

    defined = {slug: session.deals.pipeline(slug) for slug in pipeline_slugs(session.views)}
    templates = {slug: _as_defined(each) for slug, each in TEMPLATES.items() if slug not in defined}
    lines: list[dict[str, object]] = [
        {
            "pipeline": slug,
            "labels": pipeline.labels.model_dump(mode="json", exclude_none=True),
            "revision": pipeline.revision if slug in defined else None,
            "stages": [stage.stage for stage in pipeline.stages],
            "state": _state(pipeline, defined=slug in defined),
        }
        for slug, pipeline in (defined | templates).items()
    ]
    if session.output != "table":
        write(session.output, lines, lines)
        return
    columns = [Column(session.say(f"stages-{name}"), whole=name == "pipeline") for name in _COLUMNS]
    rows = [
        (
            slug,
            session.formats.text(pipeline.labels),
            str(pipeline.revision) if slug in defined else "–",
            session.say(f"stages-{_state(pipeline, defined=slug in defined)}"),
            " → ".join(session.formats.text(stage.labels) for stage in pipeline.stages),
        )
        for slug, pipeline in (defined | templates).items()
    ]
    show(table(columns, rows))


@declared(app, "show")
def show_pipeline(
    session: Session,
    pipeline: Slug,
    *,
    revision: Annotated[
        int | None, typer.Option(metavar="NUMBER", min=1, help="An earlier revision.")
    ] = None,
) -> None:
    """One pipeline with its stages. `-o json` is a definition that `define` and `revise` read."""
    try:
        known = session.deals.pipeline(pipeline, revision)
    except NotFound:
        if pipeline not in TEMPLATES or revision is not None:
            raise
        known = _as_defined(TEMPLATES[pipeline])
    if session.output != "table":
        document = _document(known)
        write(session.output, document, document["stages"])
        return
    state = session.say("stages-retired") if known.retired else ""
    facts = session.say("stages-title", pipeline=known.slug, revision=known.revision)
    columns = [Column(session.say(f"stage-{name}"), right=name in _NUMBERS) for name in _STAGE_COLUMNS]
    rows = [_stage_row(session, known, place) for place in range(len(known.stages))]
    show(table(columns, rows, title=f"{session.formats.text(known.labels)}  {facts} {state}".strip()))
    if known.criteria:
        asked = session.formats.listed([session.formats.label("criterion", each) for each in known.criteria])
        show(session.say("stages-asks", criteria=asked))


@declared(app, "define")
def define(
    session: Session,
    file: File,
    *,
    at: At = None,
    by: By = None,
    command_id: CommandId = None,
    expect_version: ExpectVersion = None,
) -> None:
    """Define a pipeline. Without --at it holds from now on; deals are opened in it from then on."""
    command = _read(file, DefinePipeline, _definition(file))
    envelope = Envelope(at, by, command_id, expect_version)
    _give(session.creating(), command.pipeline, command, envelope)


@declared(app, "revise")
def revise(
    session: Session,
    pipeline: Slug,
    file: File,
    *,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")] = None,
    at: At = None,
    by: By = None,
    command_id: CommandId = None,
    expect_version: ExpectVersion = None,
) -> None:
    """Change a pipeline: FILE holds the whole list of stages. Deals of the past keep the revision they lived in."""
    definition = _definition(file)
    known = session.deals.pipeline(pipeline)
    same = {"pipeline": known.slug, "labels": known.labels.model_dump(mode="json", exclude_none=True)}
    for name, value in same.items():
        # What `stages show -o json` wrote may be edited and given back: only what may change is taken.
        if definition.pop(name, value) != value:
            raise BadInput(f"{file}: {name} cannot be revised, only stages, criteria and outcome_labels can.")
    if note is not None:
        definition["note"] = note
    envelope = Envelope(at, by, command_id, expect_version)
    _give(session, pipeline, _read(file, RevisePipeline, definition), envelope)


@declared(app, "retire")
def retire(
    session: Session,
    pipeline: Slug,
    *,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")] = None,
    at: At = None,
    by: By = None,
    command_id: CommandId = None,
    expect_version: ExpectVersion = None,
) -> None:
    """Open no further deal in a pipeline. The deals in it stay and go on."""
    command = RetirePipeline() if note is None else RetirePipeline(note=note)
    _give(session, pipeline, command, Envelope(at, by, command_id, expect_version))


_COLUMNS = ("pipeline", "label", "revision", "state", "stages")
_STAGE_COLUMNS = ("stage", "label", "phase", "probability", "expected-days", "rots-after-days", "rules")
_NUMBERS = ("probability", "expected-days", "rots-after-days")


def _give(session: Session, slug: str, command: PipelineCommand, envelope: Envelope) -> None:
    recorded: list[Recorded] = session.deals.handle_pipeline(slug, command, **keywords(session, envelope))
    if session.output != "table":
        lines = list(stored_at(session.deals, [each.position for each in recorded]))
        write(session.output, lines, lines)
    elif not recorded:
        show(session.say("already-so"))
    for each in recorded if session.output == "table" else ():
        what = session.formats.label("event_type", each.type)
        show(session.say("pipeline-recorded", what=what, pipeline=slug, version=each.version))


def _definition(file: Path) -> dict[str, Any]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
        read = json.loads(text) if file.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}. Look at its name and try again.") from None
    except ValueError as error:  # not UTF-8, no JSON, no TOML: all are ValueErrors that say where
        raise BadInput(f"{file} is no definition: {error}.") from None
    if not isinstance(read, dict):
        raise BadInput(f"{file} is no definition: it holds no object with pipeline, labels and stages.")
    return read


def _read(file: Path, kind: type[C], definition: dict[str, Any]) -> C:
    try:
        return kind.model_validate(definition, extra="forbid")
    except ValidationError as error:
        told = (
            f"  {'.'.join(map(str, each['loc'])) or 'definition'}: {each['msg']}"
            for each in error.errors(include_url=False, include_context=False)
        )
        raise BadInput("\n".join((f"{file} is no definition of a pipeline:", *told))) from None


def _document(pipeline: Pipeline) -> dict[str, Any]:
    parts: dict[str, Any] = {"pipeline": pipeline.slug, "labels": pipeline.labels, "stages": pipeline.stages}
    if pipeline.criteria:
        parts["criteria"] = pipeline.criteria
    if pipeline.outcome_labels is not None:
        parts["outcome_labels"] = pipeline.outcome_labels
    return DefinePipeline(**parts).model_dump(mode="json", exclude_none=True)


def _as_defined(template: DefinePipeline) -> Pipeline:
    criteria, outcomes = template.criteria or (), template.outcome_labels
    return Pipeline(template.pipeline, 1, template.labels, template.stages, criteria, outcomes)


def _state(pipeline: Pipeline, *, defined: bool) -> str:
    if not defined:
        return "template"
    return "retired" if pipeline.retired else "in-use"


def _stage_row(session: Session, pipeline: Pipeline, place: int) -> tuple[str, ...]:
    stage, formats = pipeline.stages[place], session.formats
    rules = [
        *([session.say("rule-evidence")] if stage.needs_evidence else []),
        *([session.say("rule-no-skip")] if not stage.may_skip else []),
        *([session.say("rule-no-return")] if not stage.may_return else []),
        *([session.say("rule-after-win")] if stage.after_win else []),
    ]
    if stage.exit_criteria:
        criteria = formats.listed([formats.label("criterion", each) for each in stage.exit_criteria])
        rules.insert(0, session.say("rule-criteria", criteria=criteria))
    return (
        stage.stage,
        formats.text(stage.labels),
        formats.label("phase", stage.phase),
        formats.share(stage.probability),
        "–" if stage.expected_days is None else str(stage.expected_days),
        "–" if stage.rots_after_days is None else str(stage.rots_after_days),
        formats.listed(rules),
    )
