"""What the environment may say (DEALTRAIL_…), read once."""

from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import BadInput

PREFIX = "DEALTRAIL_"


class Settings(BaseSettings):
    """Where the store is and how to open it. Arguments win over the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    store: str = "sqlite:///dealtrail.db"
    """`sqlite:///relative.db`, `sqlite:////absolute.db` or `memory:`."""
    views: str | None = None
    """The read models' database; None: beside the store."""
    timezone: str | None = None
    """The zone of a store that is being created (None: UTC); an existing store keeps its own."""
    busy_timeout: Annotated[float, Field(ge=0)] = 10.0
    """Seconds that a writer waits for another process before it gives up."""

    kafka: str = "127.0.0.1:9092"
    """Where to reach Kafka first: `host:port`, several with commas between them."""
    kafka_tls: bool = False
    """Whether the connection to Kafka is encrypted (TLS)."""
    kafka_ca: str | None = None
    """The file of the certificate authority that signed the brokers' certificates; None: the system's."""
    kafka_user: str | None = None
    """With whom to log in at Kafka (SASL); None: not at all."""
    kafka_password: SecretStr | None = None
    kafka_sasl: str = "SCRAM-SHA-512"
    """How to log in: SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN."""
    topic_prefix: Annotated[str, Field(pattern=r"^[a-zA-Z0-9._-]*$", max_length=100)] = ""
    """What comes before the names of topics, groups and transactions: one per store on a shared cluster."""


def read_settings(**given: str) -> Settings:
    """What the environment says, and what is `given` over it; BadInput names a variable that cannot be read."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # by name, and checked there
    except ValidationError as error:
        # Without the value: it may be a password in the wrong place.
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        name = f"{PREFIX}{'.'.join(map(str, first['loc'])).upper()}"
        raise BadInput(f"{name} cannot be used: {first['msg']}. See docs/settings.md.") from None
