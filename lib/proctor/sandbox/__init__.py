"""Confinement: namespaces, root file system, seccomp, Landlock, control groups, supervisor, fork server, probe."""
