from portal.plugin import Plugin


class OverridesImportModels(Plugin):
    """Takes the host's guard away."""

    name = "tests.plugins.overrides_import_models"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"

    def import_models(self) -> None:
        raise RuntimeError("no guard here")
