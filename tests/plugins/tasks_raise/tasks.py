raise RuntimeError("the queue is on fire")
