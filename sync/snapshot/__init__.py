"""The full copy and the text lists: built as files, then served."""
