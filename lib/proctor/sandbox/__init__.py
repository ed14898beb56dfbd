"""Confinement: namespaces, root folder, seccomp, Landlock, control groups, supervisor.

The fork server and the probe of a machine are here too.
"""
