raise RuntimeError("nothing to call")
