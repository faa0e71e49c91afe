"""Which news is announced, where and how: the configuration of the job."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from consumers.jobs.announce.news import Kind, News
from consumers.jobs.segments import Segment, is_in
from domain.event import Recorded

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Announce(BaseModel):
    """To whom, in which words, and what.

    `urls` are addresses as the library apprise has them; `urls_env` names an environment variable that holds
    them, with blanks between. `at_least` is by currency, because currencies are never compared; a deal without
    an amount, or in a currency that is not named, is announced. Of `segment` every label must fit, with any of
    its values. What happened more than `days` before it comes, or was recorded before `since`, is history and
    not news; so is what an importer recorded, unless `imports` says otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "announce"
    urls: tuple[SecretStr, ...] = ()
    urls_env: str | None = None
    lang: Literal["en", "zh-CN"] = "en"
    zone: str = "UTC"
    kinds: frozenset[Kind] = frozenset({"won", "lost", "reopened", "pushed"})
    at_least: Mapping[Currency, Annotated[Decimal, Field(ge=0)]] = Field(default_factory=dict)
    segment: Segment = Field(default_factory=dict)
    days: Annotated[int, Field(ge=1)] = 7
    since: AwareDatetime | None = None
    imports: bool = False

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("there is no such time zone: give one such as Asia/Shanghai") from None
        return zone

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if bool(self.urls) == (self.urls_env is not None):
            raise ValueError(
                "give urls, or urls_env (the environment variable that holds them), and not both"
            )
        return self

    def is_recent(self, recorded: Recorded, clock: datetime) -> bool:
        """Whether an event that comes now is news, and no history."""
        known = recorded.recorded_at or clock
        if recorded.channel.startswith("import:") and not self.imports:
            return False
        if self.since is not None and known < self.since:
            return False
        return clock - recorded.occurred_at <= timedelta(days=self.days)

    def is_about(self, news: News) -> bool:
        """Whether this kind of news about this deal is wanted."""
        return news.kind in self.kinds and self._is_large(news) and is_in(news.segment, self.segment)

    def _is_large(self, news: News) -> bool:
        if news.amount is None:
            return True
        return news.amount.amount >= self.at_least.get(news.amount.currency, Decimal(0))
