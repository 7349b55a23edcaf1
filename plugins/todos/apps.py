from portal.plugin import Card, Link, Plugin


class Todos(Plugin):
    """Personal and team to-do lists."""

    name = "plugins.todos"
    verbose_name = "To-dos"
    version = "1.0.0"
    requires_portal = ">=1.0,<2"
    permissions = {"read": "See to-dos", "write": "Add, tick off and delete to-dos"}
    everyone = ("read", "write")
    cards = (
        Card(
            "mine",
            "todos/card.html",
            slot="home:right",
            title="My to-dos",
            icon="list-checks",
            link="todos:index",
            permission="todos.read",
            context="plugins.todos.cards.mine",
            io="db",
            order=10,
        ),
        Card(
            "team",
            "todos/card.html",
            slot="home:right",
            title="Team to-dos",
            icon="users",
            link="todos:team",
            permission="todos.read",
            context="plugins.todos.cards.team",
            io="db",
            order=20,
        ),
    )
    nav = (Link("To-dos", "todos:index", permission="todos.read", group="Work", icon="list-checks"),)
