from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import BadInput
from projections.asking.rates import Base, Rate, read_rates

JULY = date(2026, 7, 1)


def rate(day: str, currency: str, into: str, value: str) -> Rate:
    return Rate(date=date.fromisoformat(day), currency=currency, into=into, rate=Decimal(value))


def test_an_amount_is_converted_by_the_last_rate_of_the_day() -> None:
    rates = (
        rate("2026-01-01", "USD", "CNY", "7"),
        rate("2026-06-30", "USD", "CNY", "7.1"),
        rate("2026-07-02", "USD", "CNY", "8"),
    )
    assert Base("CNY", JULY, rates).convert(10_000, "USD") == 71_000


def test_a_rate_is_turned_round_where_there_is_no_direct_one_of_its_day() -> None:
    rates = (rate("2026-06-30", "CNY", "USD", "8"),)
    assert Base("CNY", JULY, rates).convert(10_000, "USD") == 1_250
    direct = rate("2026-06-30", "USD", "CNY", "7")
    assert Base("CNY", JULY, (direct, *rates)).convert(10_000, "USD") == 70_000


def test_an_amount_in_the_base_currency_needs_no_rate() -> None:
    assert Base("CNY", JULY, ()).convert(5, "CNY") == 5


def test_a_half_is_rounded_to_the_even_unit() -> None:
    rates = (rate("2026-06-30", "USD", "CNY", "0.5"),)
    base = Base("CNY", JULY, rates)
    assert (base.convert(1, "USD"), base.convert(3, "USD")) == (0, 2)


def test_rates_are_read_from_csv_and_from_toml(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("\ufeffdate,from,to,rate\n2026-06-30, USD ,CNY,7.1\n", encoding="utf-8")
    (tmp_path / "r.toml").write_text(
        '[[rate]]\ndate = 2026-06-30\nfrom = "USD"\nto = "CNY"\nrate = 7.1\n', encoding="utf-8"
    )
    expected = (rate("2026-06-30", "USD", "CNY", "7.1"),)
    assert read_rates(tmp_path / "r.csv") == expected
    assert read_rates(tmp_path / "r.toml") == expected


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("r.csv", "date,from,to,rate\n2026-13-01,USD,CNY,7\n", "line 2: date"),
        ("r.csv", "date,from,to,rate\n2026-12-01,USD,CNY,-7\n", "line 2: rate"),
        ("r.csv", "date,from,to,rate\n2026-12-01,usd,CNY,7\n", "line 2: from"),
        ("r.csv", "date,from,to\n2026-12-01,USD,CNY\n", "line 2: rate"),
        ("r.toml", "rate = 7\n", r"\[\[rate\]\]"),
        ("r.toml", "rate = [\n", "cannot be read"),
        ("r.toml", "[[rate]]\nrate = 7\n", "entry 1"),
        ("missing.csv", None, "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_used_says_where(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        read_rates(tmp_path / name)
