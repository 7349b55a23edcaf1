from portal.plugin import Plugin


class ReadyReadsDatabase(Plugin):
    """Reads a table that isn't there yet."""

    name = "tests.plugins.ready_reads_database"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"

    def ready(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM a_table_nobody_made")
