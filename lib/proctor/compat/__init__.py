"""Private and version-bound names of Jupyter's packages, each with the versions it was tried on."""
