"""What each bad plugin does wrong, and what the host says about it."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """The door a plugin fails at, and words of the reason."""

    door: str
    reason: str


class Answer(NamedTuple):
    """How a plugin that loads answers at its page or card, words of that answer, and words that are nowhere in it."""

    status: int
    says: str = ""
    never: tuple[str, ...] = ()


# Quarantined at start-up
QUARANTINED = {
    "import_raises": Fault("apps", "the ceiling came down"),
    "import_syntax_error": Fault("apps", "SyntaxError"),
    "import_exits": Fault("apps", "SystemExit: 3"),
    "import_base_exception": Fault("apps", "everything must end"),
    "import_recurses": Fault("apps", "RecursionError"),
    "import_missing_dependency": Fault("apps", "a_package_nobody_installed"),
    "package_raises": Fault("apps", "the package itself is broken"),
    "version_missing": Fault("apps", "PEP 440 version"),
    "version_malformed": Fault("apps", "the first"),
    "range_missing": Fault("apps", "requires_portal is missing"),
    "range_malformed": Fault("apps", "about one"),
    "range_foreign": Fault("apps", "upgrade one of them"),
    "label_taken": Fault("apps", "already taken"),
    "label_reserved": Fault("apps", "belongs to the host"),
    "label_of_django": Fault("apps", "already taken"),
    "label_malformed": Fault("apps", "beginning with a letter"),
    "cards_in_list": Fault("apps", "cards must be a tuple of Card"),
    "cards_without_comma": Fault("apps", "a single one needs a comma"),
    "card_twice": Fault("apps", "declared twice"),
    "card_name_malformed": Fault("apps", "My card"),
    "card_slot_unknown": Fault("apps", 'there is no slot "home:middle"'),
    "card_size_unknown": Fault("apps", '"S", "M" or "L"'),
    "card_template_foreign": Fault("apps", 'must lie under "card_template_foreign/"'),
    "card_shared_uncached": Fault("apps", "need cache_for"),
    "permission_undeclared": Fault("apps", "permission_undeclared.write"),
    "permission_foreign": Fault("apps", "healthy.read"),
    "everyone_undeclared": Fault("apps", "everyone"),
    "everyone_in_string": Fault("apps", "everyone"),
    "link_foreign": Fault("apps", 'must begin with "link_foreign:"'),
    "slot_foreign": Fault("apps", "healthy.note:top"),
    "schedule_without_tasks": Fault("tasks", "no tasks.py"),
    "schedule_of_no_task": Fault("tasks", "put @task of portal.api before the function"),
    "schedule_of_nothing": Fault("tasks", "schedule_of_nothing.tasks"),
    "tasks_raise": Fault("tasks", "the queue is on fire"),
    "slot_twice": Fault("apps", "declared twice"),
    "config_model_foreign": Fault("apps", "pydantic model"),
    "csp_opens_scripts": Fault("apps", "script-src"),
    "two_plugins": Fault("apps", "two_plugins"),
    "overrides_import_models": Fault("apps", "belongs to the host"),
    "name_raises": Fault("apps", "no translation today"),
    "template_shadows_base": Fault("files", "templates/base.html"),
    "template_shadows_login": Fault("files", "templates/admin/login.html"),
    "template_shadows_plugin": Fault("files", "templates/healthy/index.html"),
    "static_shadows_host": Fault("files", "static/foyer/foyer.css"),
    "css_imports": Fault("files", "@import"),
    "css_escapes": Fault("files", "plugin.css"),
    "css_selects_root": Fault("files", "html"),
    "css_position_fixed": Fault("files", "fixed"),
    "css_not_text": Fault("files", "plugin.css"),
    "models_raise": Fault("models", "no tables today"),
    "models_foreign_app": Fault("models", 'claims the app "auth"'),
    "models_replace_user": Fault("models", 'claims the app "auth"'),
    "models_foreign_table": Fault("models", "auth_user"),
    "models_foreign_table_quoted": Fault("models", "AUTH_USER"),
    "models_clash_accessor": Fault("models", '"is_superuser"'),
    "models_clash_groups": Fault("models", '"groups"'),
    "models_clash_many": Fault("models", '"user_permissions"'),
    "models_refer_to_plugin": Fault("models", 'refers to the plugin "healthy"'),
    "models_refer_to_nothing": Fault("checks", "nowhere.Note"),
    "models_add_to_user": Fault("models", "auth.User"),
    "models_index_taken": Fault("checks", "healthy_note_text"),
    "ready_raises": Fault("ready", "not ready after all"),
    "ready_exits": Fault("ready", "SystemExit: 0"),
    "ready_reads_database": Fault("ready", "a_table_nobody_made"),
    "ready_connects_then_raises": Fault("ready", "not ready after all"),
    "urls_raise": Fault("urls", "no way in"),
    "urls_view_broken": Fault("urls", "a_package_nobody_installed"),
    "urls_include_lazy": Fault("urls", "urls_include_lazy.more"),
    "urls_app_name_foreign": Fault("urls", "app_name"),
    "urls_not_a_list": Fault("urls", "as a list"),
    "urls_view_not_callable": Fault("urls", "view"),
    "urls_class_not_view": Fault("urls", "as_view"),
    "urls_regex_malformed": Fault("urls", "regular expression"),
    "api_raises": Fault("api", "nothing to call"),
    "api_without_router": Fault("api", "ninja.Router()"),
    "api_brings_its_own": Fault("api", "ninja.Router()"),
    "api_schema_broken": Fault("api", "JsonSchema"),
    "admin_registers_then_raises": Fault("admin", "no administration"),
    "admin_unregisters_users": Fault("admin", "auth.User"),
    "admin_replaces_users": Fault("admin", "auth.User"),
    "admin_column_missing": Fault("checks", "colour"),
    "tags_raise": Fault("templatetags", "no tags"),
    "tags_foreign_name": Fault("templatetags", '"i18n"'),
    "command_replaces_migrate": Fault("commands", '"migrate"'),
    "migration_syntax_error": Fault("migrations", "SyntaxError"),
    "migration_raises_on_import": Fault("migrations", "no history"),
    "migration_without_class": Fault("migrations", "no Migration class"),
    "migration_parent_missing": Fault("migrations", "which does not exist"),
    "migration_app_missing": Fault("migrations", '"taggit"'),
    "migration_of_host_missing": Fault("migrations", "0999_one_day"),
    "migration_two_leaves": Fault("migrations", "makemigrations --merge"),
    "migration_cycle": Fault("migrations", "each other"),
    "migration_of_plugin": Fault("migrations", 'the plugin "healthy"'),
    "migration_runs_before": Fault("migrations", "run_before"),
    "migration_replaces_host": Fault("migrations", "auth"),
    "check_raises": Fault("checks", "can't check"),
    "check_returns_error": Fault("checks", "The key is missing"),
    "check_returns_nothing": Fault("checks", "NoneType"),
}

# Loaded, and off because their tables aren't there
NOT_MIGRATED = {
    "models_without_migrations": Fault("migrations", "does not have migrations"),
    "migration_raises_when_applied": Fault("migrations", "the data is not as expected"),
    "migration_exits_when_applied": Fault("migrations", "SystemExit"),
}

# Loaded and on, with a fault that a command reports as a warning
WARNED = {
    "models_constrain_users": "portal.W003",
    "migration_incomplete": "",
    "check_raises_later": "portal.W005",
}

# Loaded and on: their page fails alone
PAGES = {
    "view_raises": Answer(500, "could not show this page"),
    "view_returns_none": Answer(500, "could not show this page"),
    "view_returns_text": Answer(500, "could not show this page"),
    "view_exits": Answer(500, "could not show this page"),
    "view_recurses": Answer(500, "could not show this page"),
    "view_template_missing": Answer(500, "could not show this page"),
    "view_sleeps": Answer(200, "at last"),
    "view_closes_connection": Answer(200, "closed"),
    "view_leaves_transaction_broken": Answer(200, "done, or not"),
    "view_leaves_transaction_open": Answer(200, "begun"),
    "view_streams_then_raises": Answer(200),
    "view_sets_language": Answer(200, "Guten Tag"),
    "urls_catch_all": Answer(200, "caught"),
    "link_broken": Answer(404),
    "receivers_raise": Answer(404),
}
API = {"api_operation_raises": Answer(500, "The rest of the portal is not affected")}

# Loaded and on: their card fails alone
FAILED = "could not be loaded"
CARDS = {
    "card_raises": Answer(200, FAILED),
    "card_exits": Answer(200, FAILED),
    "card_recurses": Answer(200, FAILED),
    "card_context_returns_none": Answer(200, FAILED),
    "card_context_missing": Answer(200, FAILED),
    "card_template_missing": Answer(200, FAILED),
    "card_template_malformed": Answer(200, FAILED),
    "card_renders_nothing": Answer(200, FAILED),
    "card_renders_too_much": Answer(200, FAILED, ("xxxxxxxx",)),
    "card_hangs": Answer(200, 'aria-busy="true"'),
    "card_hangs_inline": Answer(200, 'id="card-card_hangs_inline.one"'),
    "card_writes": Answer(200, FAILED),
    "card_writes_from_pool": Answer(200, FAILED),
    "card_closes_connection": Answer(200, FAILED),
    "card_leaves_transaction_open": Answer(200, "begun"),
    "card_opens_comment": Answer(200, "before", ("the rest is gone",)),
    "card_opens_textarea": Answer(200, "</textarea>"),
    "card_closes_page": Answer(200, "mine", ("<h1",)),
    "card_scripts": Answer(
        200,
        "click",
        ("<script>", "<style", "onclick", "onerror", "javascript:", "iframe", "srcdoc", "hx-on", "hx-vals", "data-hx"),
    ),
    "card_reaches_out": Answer(
        200, "password", ("elsewhere.example", "hx-swap-oob", 'hx-target="body"', 'method="post"', "<base", "<meta")
    ),
    "link_broken": Answer(200, "Here."),
}

EVERYTHING = sorted({*QUARANTINED, *NOT_MIGRATED, *WARNED, *PAGES, *API, *CARDS})


def package(name: str) -> str:
    """Return the package of a plugin of the tests."""
    return f"tests.plugins.{name}"
