"""YAML 1.2 (core schema) to plain JSON-like values, each document for itself and with positions.

Backstage reads its files with the npm package ``yaml`` 2.x, so ``no`` and ``12:30`` and ``2001-01-01``
are strings here, ``<<`` is a plain key, a duplicate key is an error, and keys are strings. Values are
None, bool, int, float, str, list and dict; a tag never makes an object of another type.

reading     from a text to its documents
bounds      how large a text, and a document in it, may be
building    from events of the parser to one value
scalars     scalars and keys by the core schema
positions   where values stand
errors      what is wrong, in plain words
stand_ins   what libyaml, at home in YAML 1.1, reads otherwise
"""

from portal.services.yaml12.bounds import MAX_DEPTH, MAX_VALUES
from portal.services.yaml12.errors import YamlError
from portal.services.yaml12.positions import Position
from portal.services.yaml12.reading import Document, iterate, load, load_all

__all__ = ["MAX_DEPTH", "MAX_VALUES", "Document", "Position", "YamlError", "iterate", "load", "load_all"]
