"""Alembic's environment: run by `observatory migrate`, never by hand."""

from alembic import context
from sqlalchemy import create_engine

import observatory.app
from observatory.kernel.db import Base

observatory.app.registry()  # imports every model
config = context.config


def _run() -> None:
    engine = create_engine(config.attributes["url"])
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            user_module_prefix="db.",
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


_run()
