"""`make bench`: every row of docs/performance.md beside its yardstick."""
