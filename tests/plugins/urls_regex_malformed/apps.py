from portal.plugin import Plugin


class UrlsRegexMalformed(Plugin):
    """Has a regular expression that isn't one."""

    name = "tests.plugins.urls_regex_malformed"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
