"""One assignment's folders, the gradebook, and the one store of results."""
