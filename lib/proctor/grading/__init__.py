"""One submission: rebuild the notebook, examine it, score it, flag what was tried."""
