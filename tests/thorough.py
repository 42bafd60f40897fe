"""How often tests that try many times do so: a few by default, many in the longer commands."""

import os

THOROUGH = os.environ.get("REALTUBE_TESTS") == "thorough"

KILLS = 100 if THOROUGH else 10
HISTORIES = 80 if THOROUGH else 20
CHANGES = 5000 if THOROUGH else 1000
SEEDS = 8 if THOROUGH else 2
EXAMPLES = 40 if THOROUGH else 20
EXPORTS = 3 if THOROUGH else 1
