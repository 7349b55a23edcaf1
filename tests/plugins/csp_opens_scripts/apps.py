from portal.plugin import Plugin


class CspOpensScripts(Plugin):
    """Asks for scripts from anywhere."""

    name = "tests.plugins.csp_opens_scripts"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    csp = {"script-src": ("*",)}
