"""Where events are delivered, as the configuration says: URL, secrets, and which events are wanted."""

import base64
import binascii
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)

from consumers.job import concerned
from consumers.jobs.configured import configured
from consumers.jobs.segments import Segment, is_in
from domain.errors import BadInput
from domain.event import Recorded
from domain.events import DEAL_EVENTS

EndpointName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
SECRET, BYTES = "whsec_", range(24, 65)
"""How a secret begins, and how many bytes it holds (Standard Webhooks 1.0)."""


class Endpoint(BaseModel):
    """One receiver. Its name is kept with its queue: never change it.

    A secret is given, or the environment variable that holds it; while secrets change hands, the old one
    signs too. `types` (none: all) and `segment` (none: any deal) choose events; of a label several values
    may be given. `since` is where it begins: the beginning, an instant, or when the job first ran with it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: EndpointName
    url: str
    secret: SecretStr | None = None
    secret_env: str | None = None
    old_secret: SecretStr | None = None
    old_secret_env: str | None = None
    types: frozenset[str] = frozenset()
    segment: Segment = Field(default_factory=dict)
    since: Literal["beginning"] | AwareDatetime | None = None
    active: bool = True
    insecure: bool = False
    parallel: Annotated[int, Field(ge=1, le=32)] = 4

    @field_validator("types")
    @classmethod
    def _known(cls, types: frozenset[str]) -> frozenset[str]:
        unknown = sorted(types - {event.__name__ for event in DEAL_EVENTS})
        if unknown:
            raise ValueError(f"no event of a deal is called {', '.join(unknown)}")
        return types

    @model_validator(mode="after")
    def _sound(self) -> Self:
        _check_url(self.url, insecure=self.insecure)
        if (self.secret is None) == (self.secret_env is None):
            raise ValueError("give secret, or secret_env (the environment variable that holds it)")
        if self.old_secret is not None and self.old_secret_env is not None:
            raise ValueError("give old_secret or old_secret_env, not both")
        for name in ("secret", "old_secret"):
            held: SecretStr | None = getattr(self, name)
            if held is not None and not _is_secret(held.get_secret_value()):
                raise ValueError(
                    f"{name} is no secret of Standard Webhooks: {SECRET} and 24 to 64 random bytes in base64"
                )
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """What signs, the present secret first."""
        return tuple(each.get_secret_value() for each in (self.secret, self.old_secret) if each is not None)

    def wants(self, recorded: Recorded) -> bool:
        """Whether it is about this type of event, or about that of the event which is corrected or retracted."""
        return self.active and (not self.types or not self.types.isdisjoint(concerned(recorded)))

    def is_about(self, segment: Mapping[str, str]) -> bool:
        """Whether a deal with these labels is one of its deals."""
        return is_in(segment, self.segment)


class Webhooks(BaseModel):
    """The configuration of the job."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoints: Annotated[tuple[Endpoint, ...], Field(min_length=1)]
    keep_days: Annotated[int, Field(ge=1)] = 30
    """How long a settled delivery stays in the log."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [each.name for each in self.endpoints]
        if len(set(names)) < len(names):
            raise ValueError("two endpoints have the same name")
        return self


def read(config: Mapping[str, Any], environment: Mapping[str, str]) -> Webhooks:
    """The configuration with its secrets; BadInput names the field that is wrong and shows none of its value."""
    if "endpoints" not in config:
        raise BadInput(
            "The job webhooks needs a configuration with [[endpoints]]: see docs/webhooks.md for one (--config)."
        )
    endpoints = config["endpoints"]
    resolved = (
        [_resolved(each, place, environment) for place, each in enumerate(endpoints)]
        if isinstance(endpoints, list)
        else endpoints
    )
    return configured(Webhooks, {**config, "endpoints": resolved}, "webhooks")


def _resolved(endpoint: object, place: int, environment: Mapping[str, str]) -> object:
    """The endpoint with the secrets that the environment holds."""
    if not isinstance(endpoint, Mapping):
        return endpoint
    found = dict(endpoint)
    for name in ("secret", "old_secret"):
        variable = found.get(f"{name}_env")
        if not isinstance(variable, str) or name in found:
            continue
        if not environment.get(variable):
            raise BadInput(
                f"endpoints.{place}.{name}_env: the environment variable {variable} is not set. "
                "Set it for the job, or give another name."
            )
        del found[f"{name}_env"]
        found[name] = environment[variable]
    return found


def _check_url(url: str, *, insecure: bool) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("url is no URL") from None
    if parts.scheme not in ("https", "http") or not host or not url.isascii() or not url.isprintable():
        raise ValueError("url must be https://host/path, with characters of ASCII only")
    if parts.username is not None or parts.password is not None:
        raise ValueError("url holds a user or a password: every request is signed, leave them out")
    if parts.scheme == "http" and not insecure and not _is_local(parts):
        raise ValueError(
            "url is not https: anybody on the way could read it. Use https, or say insecure = true"
        )


def _is_local(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_secret(text: str) -> bool:
    encoded = text.removeprefix(SECRET)
    try:
        held = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (ValueError, binascii.Error):
        return False
    return text.startswith(SECRET) and len(held) in BYTES
