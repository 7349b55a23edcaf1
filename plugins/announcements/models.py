from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from portal.api import markdown

SUMMARY_LENGTH = 200


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """Announcements by when they hold. Those that have not begun are for the admin only."""

    def current(self) -> AnnouncementQuerySet:
        """Return those that hold now."""
        now = timezone.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)

    def past(self) -> AnnouncementQuerySet:
        """Return those that have ended."""
        return self.filter(ends_at__lte=timezone.now())

    def published(self) -> AnnouncementQuerySet:
        """Return those that have begun, ended or not."""
        return self.filter(starts_at__lte=timezone.now())

    def counts(self) -> dict[str, int]:
        """Return how many hold now and how many have ended, in one query."""
        now = timezone.now()
        ended = Q(ends_at__lte=now)
        return self.published().aggregate(current=Count("pk", filter=~ended), past=Count("pk", filter=ended))

    def for_user(self, user: Any) -> AnnouncementQuerySet:
        """Add ``is_dismissed``: whether ``user`` has dismissed it."""
        return self.annotate(is_dismissed=Exists(Dismissal.objects.filter(announcement=OuterRef("pk"), user=user)))


class Announcement(models.Model):
    """Something everybody should know from one moment until another."""

    class Severity(models.TextChoices):
        """How serious it is; the values are the statuses of badges."""

        DANGER = "danger", "Outage"
        WARNING = "warning", "Warning"
        INFO = "info", "Info"
        OK = "ok", "Resolved"

    title = models.CharField(max_length=200)
    text = models.TextField(max_length=10_000, help_text="Markdown: **bold**, [link](https://…), lists, tables.")
    summary = models.CharField(max_length=SUMMARY_LENGTH, blank=True, editable=False)
    severity = models.CharField(max_length=10, choices=Severity, default=Severity.INFO)
    starts_at = models.DateTimeField("from", default=timezone.now, db_index=True)
    ends_at = models.DateTimeField("until", null=True, blank=True, help_text="Empty: until it is given an end.")
    pinned = models.BooleanField(default=False, help_text="Stands above the others while it holds.")
    # Without a constraint: it would outlive the plugin, and then block deleting users.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        db_constraint=False,
        verbose_name="written by",
    )
    updated_at = models.DateTimeField("last saved", auto_now=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ("-pinned", "-starts_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="announcements_end_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it with the first paragraph as its summary, so that lists need not parse the text."""
        self.summary = markdown.to_line(self.text, SUMMARY_LENGTH)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("announcements:detail", args=[self.pk])

    def clean(self) -> None:
        """Refuse an end that is not after the beginning."""
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": "Enter a moment after the one it begins at."})

    def dismiss_for(self, user: Any) -> None:
        """Take it off the home page of ``user``. One statement, so that two clicks at once are one dismissal."""
        Dismissal.objects.bulk_create([Dismissal(announcement=self, user=user)], ignore_conflicts=True)

    def restore_for(self, user: Any) -> None:
        """Put it back on the home page of ``user``."""
        self.dismissals.filter(user=user).delete()

    @property
    def html(self) -> SafeString:
        """The text as safe HTML."""
        return markdown.to_html(self.text)

    @property
    def is_past(self) -> bool:
        """Whether it has ended."""
        return bool(self.ends_at and self.ends_at <= timezone.now())


class Dismissal(models.Model):
    """A user's wish not to see an announcement on the home page any more."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="dismissals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_constraint=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "announcement"), name="announcements_dismissed_once"),)

    def __str__(self) -> str:
        return f"{self.announcement_id} by {self.user_id}"
