raise RuntimeError("no tags")
