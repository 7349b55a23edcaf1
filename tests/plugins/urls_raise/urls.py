raise RuntimeError("no way in")
