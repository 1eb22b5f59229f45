"""What the documents' later phases would need, measured where it can be: `python -m bench.later`. Decisions 79 to 81 rest on it."""
