"""The endpoint at which viewers report a channel in one step."""
