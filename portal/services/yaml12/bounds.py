"""How large a text, and a document in it, may be."""

MAX_CHARACTERS = 8_000_000
MAX_DOCUMENTS = 20_000
MAX_DEPTH = 100
MAX_VALUES = 100_000  # per document, every alias counted as often as it is used
MAX_BYTES = 8_000_000  # of all texts of a document, counted in the same way
MAX_VALUES_OF_FILE = 800_000  # MAX_DOCUMENTS of 40 values each, without what aliases add
SHORTEST_VALUE = 2  # characters: a digit and a comma
