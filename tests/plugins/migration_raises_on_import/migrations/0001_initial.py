raise RuntimeError("no history")
