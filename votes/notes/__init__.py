"""Notes: why a verdict is as it is, in a juror's words, shown once both sides find them helpful."""
