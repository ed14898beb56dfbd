"""What a worker process imports, all at once."""

from proctor.batch import workers

workers.leave_out_unused()

import proctor.batch.work  # noqa: E402, F401
