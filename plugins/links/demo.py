"""Links of a believable company. What is there already stays as it is."""

from __future__ import annotations

from django.contrib.auth.models import Group

from .models import QuickLink

# Category, team, icon, title, address, description
LINKS = (
    ("Operations", "", "activity", "Dashboards", "https://grafana.example.com/", "Metrics of every service"),
    ("Operations", "", "file-text", "Logs", "https://logs.example.com/", "Two weeks, searchable"),
    ("Operations", "", "heart-pulse", "Status page", "https://status.example.com/", "What customers see"),
    ("Operations", "", "siren", "On-call schedule", "https://oncall.example.com/", "Who answers now, and next"),
    ("Development", "", "boxes", "Repositories", "https://git.example.com/", "Code and reviews"),
    ("Development", "", "key-round", "Secrets", "https://vault.example.com/", "Read the handbook before the first use"),
    (
        "Payments",
        "payments",
        "list-checks",
        "Processor console",
        "https://console.processor.example.com/",
        "Disputes",
    ),
    ("Platform", "platform", "server", "Clusters", "https://clusters.example.com/", "Nodes, quotas, upgrades"),
    ("People", "", "info", "Help desk", "https://help.example.com/", "Laptops, accounts, access"),
)


def load() -> None:
    """Add the links that are missing."""
    groups = Group.objects.in_bulk({one[1] for one in LINKS}, field_name="name")
    for number, (category, team, icon, title, url, description) in enumerate(LINKS, 1):
        if team and team not in groups:
            continue
        QuickLink.objects.get_or_create(
            url=url,
            defaults={
                "category": category,
                "team": groups.get(team),
                "icon": icon,
                "title": title,
                "description": description,
                "position": number * 10,
            },
        )
