"""Negotiation, which offers need to be allowed by somebody of ours, and whether they are."""

from typing import Annotated

from pydantic import Field

from domain.event import Command, Event, Facts
from domain.values import Decimals, Id, Text

Discount = Annotated[Decimals, Field(le=1)]
"""A share of the list price, written as a decimal string."""


class ApprovalRequest(Facts):
    """Which offer needs to be allowed, and at what discount."""

    approval: Id
    for_offer: Id
    discount: Discount | None = None


class ApprovalRequested(ApprovalRequest, Event):
    """Somebody asked to be allowed an offer."""


class RequestApproval(ApprovalRequest, Command):
    """Ask to be allowed an offer."""

    becomes = ApprovalRequested


class ApprovalDecision(Facts):
    """Whether it was granted."""

    approval: Id
    granted: bool
    note: Text | None = None


class ApprovalDecided(ApprovalDecision, Event):
    """An approval was granted or refused."""


class DecideApproval(ApprovalDecision, Command):
    """Grant or refuse an approval."""

    becomes = ApprovalDecided


ApprovalEvent = ApprovalRequested | ApprovalDecided
ApprovalCommand = RequestApproval | DecideApproval
