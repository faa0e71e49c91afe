"""What comes after a deal is won: the contract, the money, the delivery."""

from domain.event import Command, Event, Facts
from domain.values import Money, Text


class Signing(Facts):
    """What the contract is worth."""

    amount: Money | None = None
    note: Text | None = None


class ContractSigned(Signing, Event):
    """The contract was signed."""


class SignContract(Signing, Command):
    """Record that the contract was signed."""

    becomes = ContractSigned


class Payment(Facts):
    """How much came in."""

    amount: Money
    note: Text | None = None


class PaymentReceived(Payment, Event):
    """Money came in."""


class RecordPayment(Payment, Command):
    """Record money that came in."""

    becomes = PaymentReceived


class Delivery(Facts):
    """A word about the delivery."""

    note: Text | None = None


class DeliveryCompleted(Delivery, Event):
    """What was sold was delivered."""


class CompleteDelivery(Delivery, Command):
    """Record that what was sold was delivered."""

    becomes = DeliveryCompleted


AfterTheWinEvent = ContractSigned | PaymentReceived | DeliveryCompleted
AfterTheWinCommand = SignContract | RecordPayment | CompleteDelivery
