"""What a job's configuration says, read into the job's own model."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from domain.errors import BadInput

Model = TypeVar("Model", bound=BaseModel)


def configured(model: type[Model], config: Mapping[str, object], job: str) -> Model:
    """The configuration as `model`; BadInput names the field that is wrong, and never what stands in it."""
    try:
        return model.model_validate(config)
    except ValidationError as error:
        # Without the values: addresses and keys are secrets.
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        told = first["msg"].removeprefix("Value error, ")
        where = f"{field}: {told}" if field else told
        raise BadInput(
            f"The configuration of {job} cannot be used: {where}. Correct it (--config)."
        ) from None
