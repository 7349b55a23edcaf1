from __future__ import annotations

import pytest

from plugins.search.words import compounds


@pytest.mark.parametrize("joint", ["", "-", "_"])
def test_a_text_of_one_long_word_takes_no_longer_than_its_length(joint):
    # At the square of its length this would run for hours.
    assert list(compounds("x" * 500_000 + joint)) == []


def test_joined_words_are_found_as_one():
    assert list(compounds("a payment-service_v2.1, -not -these-")) == ["paymentservicev21"]
