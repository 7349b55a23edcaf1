"""The devices that the browser tests look at pages on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Device:
    """``width`` and ``height`` in CSS pixels; ``touch``: a finger instead of a mouse."""

    width: int
    height: int
    touch: bool

    @property
    def options(self) -> dict[str, Any]:
        """What Playwright calls these when it makes a context."""
        return {
            "viewport": {"width": self.width, "height": self.height},
            "has_touch": self.touch,
            "is_mobile": self.touch,
        }


PHONE = Device(390, 844, touch=True)
DESKTOP = Device(1440, 900, touch=False)
