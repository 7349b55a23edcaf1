from portal.plugin import Plugin


class ViewTemplateMissing(Plugin):
    """Has a page without its template."""

    name = "tests.plugins.view_template_missing"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
