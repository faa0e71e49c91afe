"""Where the server comes from on a machine that has none."""

from tests.servers.postgres import from_the_wheel, version


def test_a_machine_without_postgresql_is_served_by_the_newest_of_the_wheel() -> None:
    server = from_the_wheel() / "postgres"
    assert version(server) >= (18,)
    assert all((server.parent / name).exists() for name in ("initdb", "pg_dump", "pg_restore"))
