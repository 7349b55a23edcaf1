from portal.plugin import Plugin


class StaticShadowsHost(Plugin):
    """Brings its own stylesheet of the host."""

    name = "tests.plugins.static_shadows_host"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
