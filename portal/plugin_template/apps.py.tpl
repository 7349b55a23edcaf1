from portal.plugin import Card, Link, Plugin


class $class_name(Plugin):
    """Greets whoever is signed in."""

    name = "$package"
    verbose_name = "$title"
    version = "0.1.0"
    requires_portal = "$portal"
    permissions = {"read": "See $title"}
    everyone = ("read",)
    cards = (
        Card(
            "greeting",
            "$label/greeting.html",
            slot="home:right",
            icon="puzzle",
            link="$label:index",
            permission="$label.read",
            context="$package.cards.greeting",
            size="S",
            io="none",
        ),
    )
    nav = (Link("$title", "$label:index", permission="$label.read", group="Work", icon="puzzle"),)
