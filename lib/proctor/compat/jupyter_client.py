"""A blocking kernel client with bounds, and a manager of this interpreter's kernel.

The bounds are on what the client's two ZeroMQ sockets take in. This module relies on
``KernelManager.kernel_spec`` being a property that may be overridden, on the channels' attribute
``socket``, and on options that are set on the client's context holding for sockets made from it
later. Tried with jupyter_client 8.10.0 and pyzmq 27.
"""

import sys
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

PROVISIONER = "proctor"


class ConfinedKernelManager(KernelManager):
    """A manager whose kernel is this interpreter's, whatever the notebook says about kernels."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernelspec of a confined kernel of this interpreter."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        metadata = {"kernel_provisioner": {"provisioner_name": PROVISIONER, "config": {}}}
        return KernelSpec(argv=argv, display_name="student", language="python", metadata=metadata)


def open_sockets(client: BlockingKernelClient, most_bytes: int, most_waiting: int) -> tuple[zmq.Socket[Any], zmq.Socket[Any]]:
    """Sockets for replies and for outputs.

    A part of a message holds at most ``most_bytes``, and at most ``most_waiting`` messages wait to
    be read.
    """
    for option, bound in ((zmq.MAXMSGSIZE, most_bytes), (zmq.RCVHWM, most_waiting)):
        client.context.setsockopt(option, bound)
    client.start_channels(stdin=False, hb=False, control=False)
    return client.shell_channel.socket, client.iopub_channel.socket
