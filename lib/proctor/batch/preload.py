"""What a worker process imports, all at once."""

import atexit
import os

from proctor.batch import workers

workers.leave_out_unused()
atexit.register(os._exit, 0)  # the process from which workers are forked holds the terminal's streams until it ends

import proctor.batch.work  # noqa: E402, F401
