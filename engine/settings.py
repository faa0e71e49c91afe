"""What the environment may say (DEALTRAIL_…), read once."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the store is and how to open it. Arguments win over the environment."""

    model_config = SettingsConfigDict(
        env_prefix="DEALTRAIL_", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    store: str = "sqlite:///dealtrail.db"
    """`sqlite:///relative.db`, `sqlite:////absolute.db` or `memory:`."""
    views: str | None = None
    """The read models' database; None: beside the store."""
    timezone: str | None = None
    """The zone of a store that is being created (None: UTC); an existing store keeps its own."""
    busy_timeout: Annotated[float, Field(ge=0)] = 10.0
    """Seconds that a writer waits for another process before it gives up."""
