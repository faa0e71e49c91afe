"""A store that is written to while its relays die, and what is on Kafka of it."""

from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random
from time import monotonic, sleep
from types import TracebackType
from typing import Self
from uuid import uuid5

from kafka.admin import MemberToRemove

from consumers.kafka_client import administering
from consumers.relay.names import names
from consumers.relay.topic_setup import make_topics
from domain.errors import Unavailable
from domain.templates.shipped import TEMPLATES
from engine.deals import Deals
from engine.ids import DEALTRAIL
from engine.log import LogEntry
from engine.pipelines import SYSTEM
from engine.settings import Settings
from engine.timing import ALWAYS
from tests.end_to_end.racer import entries
from tests.end_to_end.relay_process import Plan, Relay
from tests.end_to_end.relay_reader import UNFINISHED, differences

DEALS = 30

VISIBLE = 30.0
"""Seconds within which a broker has shown to everybody what was committed."""


class Story:
    """A store of its own with its topics on a broker; a context manager."""

    def __init__(self, folder: Path, kafka: str, topic_prefix: str, seed: int = 0) -> None:
        folder.mkdir(exist_ok=True)
        self.settings = Settings(
            store=f"sqlite:///{folder / 'deals.db'}", kafka=kafka, topic_prefix=topic_prefix
        )
        self.deals = Deals(self.settings)
        self._chance = Random(seed)
        self._versions: Counter[int] = Counter()
        make_topics(self.settings, self.deals.info.store_id)
        self.deals.handle_pipeline("standard", TEMPLATES["standard"], by=SYSTEM, at=ALWAYS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.deals.close()

    def write(self, commands: int) -> None:
        """So many commands of 1 to 5 events each, in one transaction."""
        self.deals.store.append_all([self._command() for _ in range(commands)])

    def relay(self, plan: Plan) -> Relay:
        """Start a relay. Whichever died before has left the group of those that wait for their turn."""
        self._bury()
        return Relay(self.settings, plan)

    def finish(self, plan: Plan | None = None, *, within: float = VISIBLE) -> list[str]:
        """Let a relay that nobody disturbs bring everything over; what is wrong then."""
        with self.relay(plan or Plan()) as relay:
            # One event more, so that there is something to wait for.
            self.write(1)
            relay.committed(self.deals.head().position)
            assert relay.stop() == 0
        return self.wrong(within)

    def wrong(self, within: float = VISIBLE) -> list[str]:
        """What a reader finds wrong when all is relayed; it waits a little for the last to become visible."""
        deadline = monotonic() + within
        while True:
            found = differences(self.deals)
            if monotonic() > deadline or not any(each.startswith(UNFINISHED) for each in found):
                return found
            sleep(0.1)

    def _command(self) -> list[LogEntry]:
        deal, count = self._chance.randrange(DEALS), self._chance.choice((1, 1, 2, 5))
        first = self._versions[deal] + 1
        self._versions[deal] += count
        return entries(uuid5(DEALTRAIL, f"relayed {deal}"), first, count, f"{deal}:{first}")

    def _bury(self) -> None:
        """Tell the broker at once what it would notice by itself when the session of a dead relay is over."""
        group = names(self.settings, self.deals.info.store_id).leaders
        with suppress(Unavailable), administering(self.settings) as admin:
            members = admin.describe_groups([group])[group]["members"]
            admin.remove_group_members(group, [MemberToRemove(member["member_id"]) for member in members])
