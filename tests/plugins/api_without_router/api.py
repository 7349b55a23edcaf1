ROUTER = None
