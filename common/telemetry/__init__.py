"""How others learn what the service does: metrics, traces, reports of failures."""
