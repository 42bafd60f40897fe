"""The quality laboratory: worlds whose truth is known, judged by the real code."""
