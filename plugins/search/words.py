"""How texts and queries become words: the same for every database, so that both find the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

WORD_LENGTH = 64

# "C++", "C#" and "F#" are words of their own.
_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")
# Begins where a word does and gives nothing back: a text of one long word would take the square of its length.
_JOINED = re.compile(r"(?<![^\W_])[^\W_]++(?:[-_.][^\W_]++)+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_HUMPED = re.compile(r"\b\w*[a-z0-9][A-Z]\w*\b|\b\w*[A-Z]{2}[a-z]\w*\b")


def fold(text: str) -> str:
    """Lower case without diacritics."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in decomposed if not unicodedata.combining(one))


def words(text: str) -> list[str]:
    """The words of a text in their order, folded, each of at most 64 characters."""
    return [word[:WORD_LENGTH] for word in _WORD.findall(fold(text))]


def whole_words(terms: Iterable[str]) -> re.Pattern[str]:
    """What finds ``terms`` among the words of a folded text: as ``words`` does, without making all of them."""
    ended = (re.escape(term) + ("" if term[-1] in "+#" else r"(?![^\W_]|\+\+|#)") for term in terms)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(ended)})")


def compact(text: str) -> str:
    """All words of a text in one: "Payment-Service 2" is "paymentservice2"."""
    return "".join(words(text))


def compounds(text: str) -> Iterator[str]:
    """What else a text is found by: "payment-service" as one word, "PaymentService" as two."""
    for joined in _JOINED.findall(text):
        yield compact(joined)[:WORD_LENGTH]
    for humped in _HUMPED.findall(text):
        for part in _HUMP.split(humped):
            yield from words(part)


def distinct(items: Iterable[str]) -> list[str]:
    """Each item once, in the order of first appearance."""
    return list(dict.fromkeys(items))


def one_letter_off(word: str) -> set[str]:
    """Every word with one letter left out, added, replaced, or two neighbours exchanged; ``word`` is not in it."""
    letters = sorted({*"abcdefghijklmnopqrstuvwxyz0123456789", *word})
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    near = {head + tail[1:] for head, tail in halves if tail}
    near |= {head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1}
    near |= {head + letter + tail[1:] for head, tail in halves if tail for letter in letters}
    near |= {head + letter + tail for head, tail in halves for letter in letters}
    return near - {word, ""}
