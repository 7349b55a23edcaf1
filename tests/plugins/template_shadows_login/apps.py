from portal.plugin import Plugin


class TemplateShadowsLogin(Plugin):
    """Brings its own admin sign-in."""

    name = "tests.plugins.template_shadows_login"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
