raise RuntimeError("the package itself is broken")
