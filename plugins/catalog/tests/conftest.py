from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _counts_of_no_other_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts that took long are shown for a while after a change: on a busy machine, those of the test before."""
    from plugins.catalog.queries import counting

    monkeypatch.setattr(counting, "steady", counting.Steady())
