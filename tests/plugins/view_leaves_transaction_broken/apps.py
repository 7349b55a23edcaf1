from portal.plugin import Plugin


class ViewLeavesTransactionBroken(Plugin):
    """Has a page that swallows a database error inside a transaction."""

    name = "tests.plugins.view_leaves_transaction_broken"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
