import a_package_nobody_installed

from portal.plugin import Plugin

a_package_nobody_installed.start()


class ImportMissingDependency(Plugin):
    """Needs a package that nobody installed."""

    name = "tests.plugins.import_missing_dependency"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
