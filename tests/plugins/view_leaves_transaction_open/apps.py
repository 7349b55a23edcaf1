from portal.plugin import Plugin


class ViewLeavesTransactionOpen(Plugin):
    """Has a page that begins a transaction and never ends it."""

    name = "tests.plugins.view_leaves_transaction_open"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
