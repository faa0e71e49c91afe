"""Which pipelines are defined in a store."""

from sqlalchemy import func, select

from projections.running.views import Views
from projections.states.pipelines import pipelines


def pipeline_slugs(views: Views) -> list[str]:
    """The slugs of all pipelines, in the order in which they were defined."""
    with views.engine.connect() as connection:
        table = views.table_on(connection, pipelines)
        statement = (
            select(table.c.pipeline)
            .group_by(table.c.pipeline)
            .order_by(func.min(table.c.known_from), table.c.pipeline)
        )
        return list(connection.scalars(statement))
