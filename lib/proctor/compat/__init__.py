"""Private and version-bound names of dependencies, one module a dependency, each with the versions that it was tried on."""
