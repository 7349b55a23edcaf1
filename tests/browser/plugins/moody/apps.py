from portal.plugin import Card, Link, Plugin


class Moody(Plugin):
    """Cards that come late, fail until they are told otherwise, or say whose they are; each with its own permission."""

    name = "tests.browser.plugins.moody"
    verbose_name = "Moods"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    permissions = {
        "late": "See the card that comes late",
        "failing": "See the card that fails",
        "whose": "See the card that says whose it is",
        "bell": "See the bell",
    }
    cards = (
        Card(
            "late",
            "moody/late.html",
            slot="home:main",
            title="Late",
            icon="history",
            link="moody:index",
            permission="moody.late",
            context="tests.browser.plugins.moody.cards.late",
            order=1,
        ),
        Card(
            "failing",
            "moody/mood.html",
            slot="home:main",
            title="Failing",
            permission="moody.failing",
            context="tests.browser.plugins.moody.cards.failing",
            order=1,
        ),
        Card(
            "whose",
            "moody/whose.html",
            slot="home:main",
            title="Whose",
            permission="moody.whose",
            context="tests.browser.plugins.moody.cards.whose",
            cache_for=60,
            order=1,
        ),
    )
    nav = (Link("Notifications", "moody:index", permission="moody.bell", slot="notifications"),)
