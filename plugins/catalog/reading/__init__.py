"""Reading addresses that people and files name, and nothing that the configuration does not list."""
