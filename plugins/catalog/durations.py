"""Lengths of time as @backstage/config reads them: of the npm package ms, of ISO 8601, and as an object."""

from __future__ import annotations

import re
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

_UNITS = {
    "milliseconds": "milliseconds?|msecs?|ms",
    "seconds": "seconds?|secs?|s",
    "minutes": "minutes?|mins?|m",
    "hours": "hours?|hrs?|h",
    "days": "days?|d",
    "weeks": "weeks?|w",
    "years": "years?|yrs?|y",
}
_MS = re.compile(
    r"(?P<number>\d*\.?\d+) *(?:" + "|".join(f"(?P<{unit}>{words})" for unit, words in _UNITS.items()) + ")?",
    re.IGNORECASE | re.ASCII,
)
_PART = r"(?:(?P<{}>\d+(?:[.,]\d+)?){})?"
_DATE = "".join(_PART.format(unit, unit[0].upper()) for unit in ("years", "months", "weeks", "days"))
_TIME = "".join(_PART.format(unit, unit[0].upper()) for unit in ("hours", "minutes", "seconds"))
_ISO = re.compile(rf"P(?=[\dT]){_DATE}(?:T(?=\d){_TIME})?", re.ASCII)


class Duration(BaseModel):
    """A length of time in Backstage's words: {minutes: 30}. A month has 30 days, a year 365."""

    model_config = ConfigDict(extra="forbid")

    years: float = Field(0, ge=0)
    months: float = Field(0, ge=0)
    weeks: float = Field(0, ge=0)
    days: float = Field(0, ge=0)
    hours: float = Field(0, ge=0)
    minutes: float = Field(0, ge=0)
    seconds: float = Field(0, ge=0)
    milliseconds: float = Field(0, ge=0)

    @property
    def total_seconds(self) -> int:
        """Whole seconds. Raises ValueError when there are too many."""
        stated = self.model_dump(exclude={"years", "months"})
        stated["days"] += self.years * 365 + self.months * 30
        try:
            return int(timedelta(**stated).total_seconds())
        except OverflowError:
            raise ValueError("that is too long a time") from None


def seconds_of(value: Duration | str | bool | None) -> int | None:
    """Whole seconds of {minutes: 30}, of "30 minutes" and of "PT30M", None for never. Raises ValueError."""
    if value is None or value is False:
        return None
    if isinstance(value, Duration):
        return value.total_seconds
    text = str(value).strip()
    if found := _MS.fullmatch(text):
        parts = found.groupdict()
        number = parts.pop("number")
        unit = next((unit for unit, word in parts.items() if word), "milliseconds")
        return Duration(**{unit: float(number)}).total_seconds
    if found := _ISO.fullmatch(text):
        stated = {unit: float(part.replace(",", ".")) for unit, part in found.groupdict().items() if part}
        return Duration(**stated).total_seconds
    raise ValueError(f"{text!r} is no length of time: write {{minutes: 30}}, 30 minutes or PT30M")
