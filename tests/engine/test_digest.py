from hashlib import sha256
from uuid import UUID

from engine.digest import first_digest, next_digest

STORE = UUID("12345678-1234-4234-8234-123456789abc")
DEAL = UUID("018f0000-0000-7000-8000-000000000001")


def test_the_chain_begins_with_the_store_s_id() -> None:
    assert first_digest(STORE) == sha256(bytes.fromhex("12345678123442348234123456789abc")).digest()


def test_a_digest_is_the_formula_of_the_architecture() -> None:
    state = '{"stream_id":"…"}'.encode()
    told = (
        b"p" * 32
        + (17).to_bytes(8, "big")
        + DEAL.bytes
        + (3).to_bytes(8, "big")
        + (1_775_044_800_000_001).to_bytes(8, "big", signed=True)
        + (7).to_bytes(8, "big")
        + b"DealWon"
        + state
    )
    assert next_digest(b"p" * 32, 17, DEAL.bytes, 3, 1_775_044_800_000_001, "DealWon", state) == (
        sha256(told).digest()
    )


def test_where_a_type_ends_and_a_state_begins_makes_a_difference() -> None:
    one = next_digest(b"p" * 32, 1, DEAL.bytes, 1, 0, "DealWon", b"{}")
    assert next_digest(b"p" * 32, 1, DEAL.bytes, 1, 0, "DealWon{", b"}") != one
