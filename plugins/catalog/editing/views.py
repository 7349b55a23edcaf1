"""Pages that edit an entity, or make a new one, and give the YAML to commit. Nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from plugins.catalog import kinds
from plugins.catalog.detail import Details
from plugins.catalog.editing.drafts import Draft, NotEditable, compared, new, opened
from plugins.catalog.editing.fields import SUGGESTED
from plugins.catalog.editing.forms import MAX_TEXT, FieldsForm, YamlForm
from plugins.catalog.editing.hosting import edit_url
from plugins.catalog.editing.splice import with_values
from plugins.catalog.entity_views import found
from plugins.catalog.ingestion.documents import FoundEntity, FoundProblem
from plugins.catalog.lists.matching import names_of
from plugins.catalog.models import Entity
from plugins.catalog.refs import DEFAULT_NAMESPACE
from plugins.catalog.validation import schemas
from plugins.catalog.validation.problem import plain
from plugins.catalog.visibility import visible_to
from portal.api import yaml12
from portal.plugin import requires

MAX_SUGGESTED = 200
MAX_COPIED = 200_000


@requires("catalog.propose")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, namespace: str, kind: str, name: str) -> HttpResponse:
    """Edit an entity in a form or as YAML, and give its file with the change."""
    details = found(request, kind, namespace, name)
    try:
        draft = opened(details.entity, visible_to(request.user), is_orphan=details.is_orphan)
    except NotEditable as error:
        context = {"entity": details.entity, "details": details, "error": error}
        return render(request, "catalog/editing/refused.html", context)
    return _Editor(request, draft, details.entity.kind, details).answer()


@requires("catalog.propose")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Describe a new entity in a form or as YAML, and give the file."""
    kind = kinds.named(request.GET.get("kind", "Component"))
    if kind not in schemas.KINDS:
        kind = "Component"
    return _Editor(request, new(), kind, None).answer()


@dataclass(frozen=True, slots=True)
class Change:
    """A change that the catalog would accept: its file, the lines that differ, and what it names that is not there."""

    draft: Draft
    lines: list[Any]
    unknown: list[str]
    edit_url: str

    @property
    def copied(self) -> str:
        """The file when it is small enough for a button that copies it."""
        return self.draft.text if len(self.draft.text) <= MAX_COPIED else ""


class _Editor:
    """One request of the editor; ``details`` is None for a new entity."""

    def __init__(self, request: HttpRequest, draft: Draft, kind: str, details: Details | None) -> None:
        self.request, self.draft, self.kind, self.details = request, draft, kind, details
        self.sent = request.POST if request.method == "POST" else None
        self.as_yaml = (self.sent or request.GET).get("mode") == "yaml"
        base = (self.sent or {}).get("base", "")
        self.base_is_long = len(base) > MAX_TEXT
        self.base = base if not self.base_is_long and _is_mapping(base) else draft.document or _skeleton(kind)
        self._take_kind(self.base)

    def answer(self) -> HttpResponse:
        if self.details and self.sent is None and "annotate" in self.request.GET:
            return self._annotated(self.details)
        form = self._form(self.sent)
        if self.sent is None:
            return self._page(form)
        step = self.sent.get("step", "preview")
        if step == "yaml" and not self.as_yaml and form.only_lacks:
            self.as_yaml = True
            return self._page(YamlForm(None, text=form.text(self.base)))
        if not form.is_valid():
            return self._page(form)
        if self.base_is_long:
            form.add_error(
                None, f"The document is longer than {MAX_TEXT:,} characters. Edit its file where it is kept."
            )
            return self._page(form)
        text = form.cleaned_data["yaml"] if self.as_yaml else form.text(self.base)
        self._take_kind(text)
        draft = self.draft.with_document(text)
        judged = draft.judged()
        if step == "form" and _is_mapping(text):
            self.as_yaml, self.base = False, text
            return self._page(self._form(None))
        if isinstance(judged, FoundProblem) or self._wrong_reference(judged.ref):
            self._blame(form, draft, judged)
            return self._page(form)
        if self.details and self.sent.get("digest") != self.draft.digest:
            form.add_error(None, "The file has changed since you opened it. Your input is kept: show the change again.")
            return self._page(form)
        if step == "download":
            name = content_disposition_header(True, draft.name.rpartition("/")[2]) or "attachment"
            return HttpResponse(draft.text, content_type="application/yaml", headers={"Content-Disposition": name})
        return self._page(form, self._change(draft, judged))

    def _take_kind(self, text: str) -> None:
        """Let a new document say its kind, whatever the address says."""
        if self.details is None and _is_mapping(text):
            kind = yaml12.load(text).get("kind")
            self.kind = kind if isinstance(kind, str) and kind in schemas.KINDS else self.kind

    def _annotated(self, details: Details) -> HttpResponse:
        """The page with the annotations that a component lacks, as a change to go on from."""
        added = {("metadata", "annotations", one.annotation): one.value for one in details.missing_annotations}
        self.base = with_values(self.draft.document, added)
        draft = self.draft.with_document(self.base)
        judged = draft.judged()
        return self._page(self._form(None), self._change(draft, judged) if isinstance(judged, FoundEntity) else None)

    def _form(self, data: Any) -> Any:
        if self.as_yaml:
            return YamlForm(data, text=self.base)
        return FieldsForm(data, kind=self.kind, document=yaml12.load(self.base), is_new=self.details is None)

    def _wrong_reference(self, ref: str) -> str:
        if self.details is None:
            return f"The catalog has {ref} already." if Entity.objects.filter(ref=ref).exists() else ""
        own = self.details.entity.ref
        return f"This is {ref} now. Leave kind, namespace and name as they are, so that it stays {own}." * (ref != own)

    def _blame(self, form: Any, draft: Draft, judged: FoundEntity | FoundProblem) -> None:
        if isinstance(judged, FoundEntity):
            path: tuple[str | int, ...] = ("metadata", "name")
            message = self._wrong_reference(judged.ref)
        else:
            path, message = judged.path, f"{plain(judged.reason).rstrip('.')}. {judged.fix}"
        if self.as_yaml:
            line = "" if isinstance(judged, FoundEntity) else f"Line {judged.position.line - draft.line + 1}: "
            form.add_error("yaml", line + message)
        else:
            form.blame(path, message)

    def _change(self, draft: Draft, judged: FoundEntity) -> Change:
        named = {relation.target for relation in judged.relations} - {judged.ref}
        unknown = sorted(named - names_of(named, visible_to(self.request.user)).keys())
        annotations = self.details.metadata.get("annotations", {}) if self.details else {}
        return Change(draft, compared(self.draft.document, draft.document), unknown, edit_url(annotations))

    def _page(self, form: Any, change: Change | None = None) -> HttpResponse:
        entity = self.details.entity if self.details else None
        context = {
            "form": form,
            "change": change,
            "entity": entity,
            "kind": self.kind,
            "kinds": schemas.KINDS,
            "draft": self.draft,
            "as_yaml": self.as_yaml,
            "base": "" if self.as_yaml or self.base == self.draft.document else self.base,
            "known": self._known() if not self.as_yaml else {},
        }
        return render(self.request, "catalog/editing/form.html", context, status=422 if form.errors else 200)

    def _known(self) -> dict[str, list[str]]:
        """What the catalog already says in fields of one line, to choose from."""
        entities = visible_to(self.request.user)
        alike = entities.filter(kind=self.kind)
        found: dict[str, Iterable[str]] = {
            name: alike.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()
            for name in ("type", "lifecycle")
        }
        for name, kind in (("owner", "Group"), ("system", "System"), ("domain", "Domain")):
            rows = entities.filter(kind=kind).order_by("name").values_list("namespace", "name")[:MAX_SUGGESTED]
            found[name] = (f"{space}/{one}" if space != DEFAULT_NAMESPACE else one for space, one in rows)
        return {name: list(found[name])[:MAX_SUGGESTED] for name in SUGGESTED}


def _skeleton(kind: str) -> str:
    """The beginning of a document of a kind."""
    return f"apiVersion: {schemas.KINDS[kind][0][0]}\nkind: {kind}\nmetadata: {{}}\nspec: {{}}\n"


def _is_mapping(text: str) -> bool:
    try:
        return isinstance(yaml12.load(text), dict)
    except yaml12.YamlError:
        return False
