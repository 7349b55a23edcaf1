"""One good plugin and many bad ones, each with one fault and named after it; tests/contract/faults.py lists them."""
