"""Notices to moderators of new and ageing cases, as each has chosen (docs/moderation.md)."""
