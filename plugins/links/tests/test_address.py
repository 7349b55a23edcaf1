from __future__ import annotations

from unittest import TestCase

from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from plugins.links.models import validate_https


class AddressTest(TestCase):
    def test_addresses_of_https_pass(self) -> None:
        for address in (
            "https://wiki/",
            "https://example.com:8443/a?b=c#d",
            "https://[::1]/",
            "https://bücher.example/",
        ):
            validate_https(address)

    def test_others_are_refused(self) -> None:
        for address in (
            "http://example.com/",
            "HTTPS:example.com",
            "https://",
            "https:///path",
            "//example.com/",
            "javascript://example.com/%0aalert(1)",
            "https://user:secret@example.com/",
            "https://example.com/a b",
            "https://example.com/\n",
            "https://exa\\mple.com/",
            "https://example.com:99999/",
            "https://[::1/",
            '"><script>',
        ):
            with self.assertRaises(ValidationError, msg=address):
                validate_https(address)

    @given(st.text(max_size=50))
    def test_it_never_fails_otherwise(self, text: str) -> None:
        for address in (text, f"https://{text}"):
            try:
                validate_https(address)
            except ValidationError:
                continue
            self.assertTrue(address.lower().startswith("https://"))
