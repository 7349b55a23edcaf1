"""The list of entities: what its address asks for, what matches, what is shown of it, and what people keep of it."""
