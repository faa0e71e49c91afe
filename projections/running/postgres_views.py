"""Read models in PostgreSQL: the schema that they lie in, and texts as SQLite holds them."""

from sqlalchemy import Connection, Dialect, String
from sqlalchemy.types import TypeDecorator

from domain.errors import BadInput

SCHEMA = "dealtrail_views"
"""Where the tables lie, in the store's database or in another."""

NUL = "\ufdd0"
"""What stands in PostgreSQL for the one character that it cannot hold; Unicode keeps it for such uses."""


class AnyText(TypeDecorator[str]):
    """Text as SQLite holds it: compared and ordered by its bytes, and with any character in it."""

    impl = String
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__(length, collation="C")

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """The text for the database."""
        return value.replace("\0", NUL) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        """The text that was meant."""
        return value.replace(NUL, "\0") if value else value


def make_schema(connection: Connection) -> None:
    """Make the schema where it is not there yet; BadInput where the database cannot hold every text."""
    if connection.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
        raise BadInput(
            "The database of the read models cannot hold every language. Make one with ENCODING 'UTF8' "
            "(createdb --encoding=UTF8 --template=template0) and name it in DEALTRAIL_VIEWS."
        )
    there = connection.exec_driver_sql(f"SELECT to_regnamespace('{SCHEMA}') IS NOT NULL").scalar()
    if not there:
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
