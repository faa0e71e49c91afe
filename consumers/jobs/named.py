"""A job by its name: those that ship, and anybody's own as `module:attribute`."""

from collections.abc import Mapping
from importlib import import_module

from consumers.job import Job
from domain.errors import BadInput

SHIPPED = {
    "webhooks": "consumers.jobs.webhooks.job:make",
    "announce": "consumers.jobs.announce.job:make",
    "archive": "consumers.jobs.archive:make",
}


def job_named(name: str, config: Mapping[str, object] | None) -> Job:
    """The shipped job of that name, or what stands in a module: a Job, or a function that makes one of `config`.

    BadInput where there is none, where it cannot be imported, or where the configuration is not right.
    """
    module, colon, attribute = SHIPPED.get(name, name).partition(":")
    if not colon:
        raise BadInput(
            f"There is no job {name!r}. Shipped are {', '.join(SHIPPED)}; your own is named as module:attribute, "
            "such as welcome:job for `job = Job(…)` in welcome.py in this folder."
        )
    found = getattr(_imported(name, module), attribute, None)
    if isinstance(found, Job):
        if config is not None:
            raise BadInput(f"The job {name} takes no configuration: leave out --config.")
        return found
    if not callable(found):
        raise BadInput(
            f"{name!r} names no job: in {module} there is no Job or function called {attribute!r}."
        )
    made = found(config or {})
    if not isinstance(made, Job):
        raise BadInput(
            f"{name!r} names no job: the function has made something else ({type(made).__name__})."
        )
    return made


def _imported(name: str, module: str) -> object:
    try:
        return import_module(module)
    except ImportError as error:
        raise BadInput(
            f"The job {name!r} cannot be imported: {error}. Is its folder on PYTHONPATH?"
        ) from error
