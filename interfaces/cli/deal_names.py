"""What deals are called where people read of them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from interfaces.cli.session import Session

if TYPE_CHECKING:
    from uuid import UUID


def deal_names(session: Session, deals: "Iterable[UUID]") -> "Mapping[UUID, str]":
    """SOURCE:KEY of each deal, or its UUID where it has no key: what `dealtrail deal show` takes. One query for all."""
    from projections.asking.lookup import names_of

    return names_of(session.views, set(deals))
