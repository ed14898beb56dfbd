"""Private and version-bound names of dependencies, one module a dependency.

Each module says with which versions it was tried.
"""
