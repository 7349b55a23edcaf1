from portal.plugin import Plugin


class TemplateShadowsPlugin(Plugin):
    """Brings a template of another plugin."""

    name = "tests.plugins.template_shadows_plugin"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
