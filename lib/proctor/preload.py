"""What a worker process imports, all at once."""

from proctor import workers

workers.leave_out_unused()

import proctor.schedule  # noqa: E402, F401
