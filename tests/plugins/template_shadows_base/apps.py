from portal.plugin import Plugin


class TemplateShadowsBase(Plugin):
    """Brings its own base.html."""

    name = "tests.plugins.template_shadows_base"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
