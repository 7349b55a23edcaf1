"""Every undocumented Django call of the loader does on this version of Django what the loader relies on."""

from __future__ import annotations

import gc
import types
from collections.abc import Iterator
from functools import partial, wraps
from typing import Any
from weakref import ReferenceType

import pytest
from django.apps import AppConfig, apps
from django.contrib.auth.models import User
from django.core import checks
from django.core.management import get_commands
from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import Signal, receiver
from django.template import engines
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from portal.guard import django_internals as internals

OWN = __name__


class Refused(Exception):
    """Raised by the checks of these tests."""


@pytest.fixture
def throwaway(monkeypatch: pytest.MonkeyPatch) -> Iterator[AppConfig]:
    """Install an app for one test, as the loader's plugins are."""
    module = types.ModuleType("throwaway")
    module.__path__ = ["/nonexistent/throwaway"]
    config = AppConfig("throwaway", module)
    config.apps = apps
    config.models = apps.all_models["throwaway"]
    apps.app_configs = {**apps.app_configs, "throwaway": config}
    internals.expire_caches()
    yield config
    internals.forget_apps({"throwaway"})


def note(**fields: Any) -> type[models.Model]:
    """Build a model of the throwaway app."""
    meta = type("Meta", (), {"app_label": "throwaway"})
    return type("Note", (models.Model,), {"__module__": "throwaway.models", "Meta": meta, **fields})


def to_user(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(User, on_delete=models.CASCADE, db_constraint=False, **options)


class Thing:
    """Something with a method."""

    def method(self, **kwargs: Any) -> None:
        """Do nothing."""


def function(**kwargs: Any) -> None:
    """Do nothing."""


def elsewhere(decorated: Any) -> Any:
    @wraps(decorated)
    def inner(**kwargs: Any) -> None:
        decorated(**kwargs)

    inner.__module__ = "somewhere.else"
    return inner


@pytest.mark.parametrize(
    "thing",
    [
        function,
        Thing,
        Thing(),
        Thing().method,
        lambda: None,
        partial(function, a=1),
        partial(Thing().method),
        elsewhere(function),
        elsewhere(elsewhere(function)),
        partial(partial(elsewhere(function))),
    ],
)
def test_what_was_defined_in_a_package_belongs_to_it(thing: Any) -> None:
    assert internals.belongs_to(thing, "tests.contract")
    assert internals.belongs_to(thing, OWN)
    assert not internals.belongs_to(thing, "tests.contr")
    assert not internals.belongs_to(thing, "django")


@pytest.mark.parametrize("thing", [print, len, [], 1, partial(print), User, "text"])
def test_what_was_defined_elsewhere_does_not(thing: Any) -> None:
    assert not internals.belongs_to(thing, "tests.contract")


def test_the_checks_run_before_a_model_is_built(throwaway: AppConfig) -> None:
    def refuse(*args: Any) -> None:
        raise Refused

    def let(*args: Any) -> None:
        """Refuse nothing."""

    for options, field, relation in ((refuse, let, let), (let, refuse, let), (let, let, refuse)):
        with internals.before_models_are_built(options, field, relation), pytest.raises(Refused):
            note(author=to_user(related_name="throwaway_notes"))
        assert "note" not in apps.all_models["throwaway"]
        assert not hasattr(User, "throwaway_notes")


def test_the_checks_see_table_relation_and_every_field(throwaway: AppConfig) -> None:
    seen: list[tuple[str, Any]] = []
    with internals.before_models_are_built(
        lambda options, model: seen.append(("model", options.meta.app_label)),
        lambda model, name: seen.append(("field", name)),
        lambda field, model, name: seen.append(("relation", (name, field.remote_field.model))),
    ):
        note(text=models.TextField(), author=to_user(related_name="+"))
    assert ("model", "throwaway") in seen
    assert {("field", "text"), ("field", "author"), ("field", "id")} <= set(seen)
    assert ("relation", ("author", User)) in seen


def test_a_field_put_onto_a_finished_model_is_seen_too() -> None:
    def refuse(model: Any, name: str) -> None:
        raise Refused

    def let(*args: Any) -> None:
        """Refuse nothing."""

    with internals.before_models_are_built(let, refuse, let), pytest.raises(Refused):
        models.CharField(max_length=5).contribute_to_class(User, "phone")
    assert "phone" not in [field.name for field in User._meta.get_fields()]


def test_outside_the_block_models_are_built_as_ever(throwaway: AppConfig) -> None:
    from django.db.models.options import Options

    before = Options.contribute_to_class
    with pytest.raises(Refused), internals.before_models_are_built(*[lambda *args: None] * 3):
        raise Refused
    assert Options.contribute_to_class is before
    assert note()._meta.db_table == "throwaway_note"


def test_a_forgotten_app_leaves_nothing_behind(throwaway: AppConfig) -> None:
    note(
        author=to_user(related_name="throwaway_notes"),
        readers=models.ManyToManyField(User, related_name="throwaway_read"),
        later=models.ForeignKey("throwaway.Later", on_delete=models.CASCADE),
    )
    assert hasattr(User, "throwaway_notes")
    assert "throwaway_notes" in [field.name for field in User._meta.get_fields()]

    internals.forget_apps({"throwaway"})

    assert "throwaway" not in apps.app_configs
    assert not apps.all_models.get("throwaway")
    assert not hasattr(User, "throwaway_notes")
    assert not hasattr(User, "throwaway_read")
    assert {"throwaway_notes", "throwaway_read"}.isdisjoint(field.name for field in User._meta.get_fields())
    assert [key for key in apps._pending_operations if key[0] == "throwaway"] == []
    with pytest.raises(LookupError):
        apps.get_app_config("throwaway")


def test_forgetting_an_app_does_not_disturb_who_is_walking_through_them(throwaway: AppConfig) -> None:
    for config in apps.app_configs.values():
        if config.label == "throwaway":
            internals.forget_apps({"throwaway"})
    assert "throwaway" not in apps.app_configs


@pytest.mark.django_db
def test_users_can_be_deleted_when_an_app_with_their_notes_is_forgotten(throwaway: AppConfig) -> None:
    note(author=to_user())
    internals.forget_apps({"throwaway"})
    User.objects.create_user("eve").delete()
    assert not User.objects.filter(username="eve").exists()


@pytest.mark.django_db
def test_deletion_looks_past_models_without_a_table(throwaway: AppConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.models import deletion

    note(author=to_user())
    # The portal's own filter is in place already; it must come off again after this test.
    monkeypatch.setattr(deletion, "get_candidate_relations_to_delete", deletion.get_candidate_relations_to_delete)
    internals.leave_out_of_deletion(lambda model: model._meta.app_label == "throwaway")
    User.objects.create_user("eve").delete()
    assert not User.objects.filter(username="eve").exists()


def test_hidden_apps_come_back() -> None:
    before = dict(apps.app_configs)
    with internals.hidden_apps({"healthy"}):
        assert "healthy" not in [config.label for config in apps.get_app_configs()]
        assert "healthy_count" not in get_commands()
        assert "healthy" not in {model._meta.app_label for model in apps.get_models()}
    assert apps.app_configs == before
    assert "healthy_count" in get_commands()


def test_hidden_apps_come_back_after_an_error() -> None:
    with pytest.raises(Refused), internals.hidden_apps({"healthy"}):
        raise Refused
    assert apps.is_installed("tests.plugins.healthy")


def test_expired_caches_are_filled_anew() -> None:
    libraries = set(engines["django"].engine.libraries)
    with internals.hidden_apps({"healthy"}):
        assert "healthy_tags" not in engines["django"].engine.libraries
    assert set(engines["django"].engine.libraries) == libraries
    assert "healthy_tags" in libraries


def test_expired_caches_leave_urls_alone() -> None:
    with internals.hidden_apps({"healthy"}):
        assert reverse("healthy:index") == "/healthy/"
    with pytest.raises(NoReverseMatch):
        reverse("healthy:nothing")


@pytest.fixture
def signal() -> Signal:
    return Signal()


def test_every_kind_of_receiver_of_a_package_is_disconnected(signal: Signal) -> None:
    thing = Thing()
    signal.connect(function)
    signal.connect(thing.method)
    signal.connect(partial(function), weak=False)
    signal.connect(lambda **kwargs: None, weak=False)
    signal.connect(print, weak=False, dispatch_uid="another's")

    removed = internals.forget_receivers(OWN)

    assert removed >= 4
    assert [entry[1] for entry in signal.receivers] == [print]


def test_a_disconnected_receiver_is_no_longer_told_even_when_it_was_told_before() -> None:
    told: list[Any] = []

    @receiver(pre_save, sender=User)
    def remember(**kwargs: Any) -> None:
        told.append(kwargs["instance"])

    pre_save.send(sender=User, instance=1)
    internals.forget_receivers(OWN)
    pre_save.send(sender=User, instance=2)
    assert told == [1]


def test_lazy_objects_stay_unevaluated_while_signals_are_looked_for() -> None:
    evaluated: list[int] = []
    lazy = SimpleLazyObject(lambda: evaluated.append(1))
    internals.forget_receivers(OWN)
    internals.replace_receivers(lambda receiver: None)
    assert evaluated == []
    assert not lazy, "Asked for its truth, it is evaluated."
    assert evaluated == [1]


def test_receivers_of_others_stay() -> None:
    from tests.plugins.healthy import receivers

    def living() -> int:
        receivers = [receiver for signal in signals for _, receiver, *_ in signal.receivers]
        return sum(not isinstance(one, ReferenceType) or one() is not None for one in receivers)

    gc.collect()
    signals = [signal for signal in gc.get_objects() if isinstance(signal, Signal)]
    before = living()
    assert internals.forget_receivers("a.package.nobody.has") == 0
    assert living() == before
    receivers.saved.clear()


@pytest.mark.django_db
def test_a_good_plugins_receiver_is_told_through_its_guard() -> None:
    from tests.plugins.healthy import receivers

    receivers.saved.clear()
    User.objects.create_user("eve")
    assert receivers.saved == ["eve"]


def test_receivers_are_replaced_where_they_stand(signal: Signal) -> None:
    calls: list[str] = []

    def first(**kwargs: Any) -> None:
        calls.append("first")

    signal.connect(first)
    signal.connect(print, weak=False, sender=User)

    def louder(replaced: Any) -> Any:
        if replaced is not first:
            return None

        @wraps(replaced)
        def inner(**kwargs: Any) -> None:
            calls.append("before")
            replaced(**kwargs)

        return inner

    internals.replace_receivers(louder)
    signal.send(sender=None)
    assert calls == ["before", "first"]
    assert signal.disconnect(first)
    signal.send(sender=None)
    assert calls == ["before", "first"]


def test_an_asynchronous_receiver_is_left_as_it_is(signal: Signal) -> None:
    async def later(**kwargs: Any) -> str:
        return "later"

    signal.connect(later)
    internals.replace_receivers(lambda replaced: pytest.fail("It was replaced.") if replaced is later else None)
    assert [answer for _, answer in signal.send(sender=None)] == ["later"]


@pytest.fixture
def own_check() -> Iterator[Any]:
    def rule(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
        return [checks.Info("checked", id="contract.I001")]

    checks.register(rule, "contract")
    yield rule
    internals.forget_checks(OWN)


def test_the_checks_of_a_package_are_found_and_forgotten(own_check: Any) -> None:
    assert internals.registered_checks(OWN) == [own_check]
    assert [message.id for message in checks.run_checks(tags=["contract"])] == ["contract.I001"]
    internals.forget_checks(OWN)
    assert internals.registered_checks(OWN) == []
    assert not checks.tag_exists("contract")


def test_a_check_is_replaced_and_keeps_its_tags(own_check: Any) -> None:
    def silent(check: Any) -> Any:
        @wraps(check)
        def inner(**kwargs: Any) -> list[checks.CheckMessage]:
            return []

        return inner

    internals.replace_checks(OWN, silent)
    assert checks.run_checks(tags=["contract"]) == []
    assert checks.tag_exists("contract")


def test_every_function_is_held_here() -> None:
    public = {
        name
        for name, value in vars(internals).items()
        if isinstance(value, types.FunctionType) and value.__module__ == internals.__name__ and name[0] != "_"
    }
    with open(__file__, encoding="utf-8") as file:
        text = file.read()
    assert {name for name in public if f"internals.{name}(" not in text} == set()
