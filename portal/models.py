"""What the host itself keeps in the database."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class PluginState(models.Model):
    """Whether one plugin is on, and the last failure a command met outside the serving process."""

    label = models.SlugField(primary_key=True, max_length=100)
    enabled = models.BooleanField(default=True)
    failed_door = models.CharField(max_length=20, blank=True)
    failure = models.TextField(blank=True)
    failure_traceback = models.TextField(blank=True)

    class Meta:
        verbose_name = "plugin"
        ordering = ("label",)
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.label


class PluginChange(models.Model):
    """Who switched which plugin on or off, and when. Rows are only ever added."""

    class Action(models.TextChoices):
        ENABLED = "enabled", "Enabled"
        DISABLED = "disabled", "Disabled"

    label = models.SlugField(max_length=100)
    action = models.CharField(max_length=10, choices=Action)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=150, help_text="Kept when the account is gone.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "plugin change"
        ordering = ("-at", "-pk")
        default_permissions = ("view",)
        indexes = (models.Index(fields=("label", "-at")),)

    def __str__(self) -> str:
        return f"{self.label} {self.action} by {self.by_name}"


class Preferences(models.Model):
    """How one user wants the portal to look."""

    class Theme(models.TextChoices):
        SYSTEM = "system", "System"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="preferences"
    )
    theme = models.CharField(max_length=10, choices=Theme, default=Theme.SYSTEM)

    class Meta:
        verbose_name_plural = "preferences"
        default_permissions = ()

    def __str__(self) -> str:
        return f"Preferences of {self.user}"


class ExternalIdentity(models.Model):
    """Ties an account to its OpenID Connect subject: the pair (iss, sub) is the only stable key (OIDC Core §5.7)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="external_identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    groups = models.JSONField(
        default=list, blank=True, help_text="Names of the groups that came from the provider and leave with it."
    )

    class Meta:
        verbose_name_plural = "external identities"
        constraints = (models.UniqueConstraint(fields=("issuer", "subject"), name="unique_issuer_subject"),)

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"


class ApiToken(models.Model):
    """A secret that lets a program call the API as its owner. Only its digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"
        ordering = ("-created_at", "-pk")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """The state of some data of a plugin: the token changes with them (portal.services.revisions)."""

    name = models.CharField(primary_key=True, max_length=100, help_text="Begins with the plugin's label.")
    token = models.CharField(max_length=32)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} {self.token}"


class TaskWorker(models.Model):
    """A worker process, for as long as it shows that it lives. Times are by the clock of the database."""

    id = models.CharField(primary_key=True, max_length=64)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
    task = models.CharField(max_length=255, blank=True, help_text="What it was doing when it was last seen.")

    class Meta:
        verbose_name = "worker"
        ordering = ("started_at",)
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.id


class TaskSchedule(models.Model):
    """Work that comes again: when it is due, and what came of it last."""

    key = models.CharField(primary_key=True, max_length=100, help_text="The plugin's label and the schedule's name.")
    every = models.PositiveIntegerField(help_text="Seconds.")
    next_run = models.DateTimeField(db_index=True)
    last_run = models.DateTimeField(null=True)
    result_id = models.UUIDField(null=True, db_index=True)
    last_status = models.CharField(max_length=20, blank=True)
    last_finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "schedule"
        ordering = ("key",)
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.key


class TaskFailure(models.Model):
    """One attempt of a task that failed."""

    label = models.SlugField(max_length=100, blank=True)
    task = models.CharField(max_length=255)
    arguments = models.JSONField()
    attempt = models.PositiveIntegerField()
    message = models.TextField()
    traceback = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    again_at = models.DateTimeField(null=True, help_text="When it is tried again; empty when it is given up.")

    class Meta:
        ordering = ("-pk",)
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.task} at {self.at:%Y-%m-%d %H:%M}"


class TaskLease(models.Model):
    """A name that one process holds until it lets go or is not heard of any more."""

    name = models.CharField(primary_key=True, max_length=100)
    holder = models.CharField(max_length=32)
    renewed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
