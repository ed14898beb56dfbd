# kind: forge
# damage: the shell reports success without running anything
# unconfined: yes
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

async def nothing(self, raw_cell, *a, **k):
    return ExecutionResult(None)

InteractiveShell.run_cell_async = nothing
