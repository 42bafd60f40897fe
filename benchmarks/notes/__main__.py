"""`python -m benchmarks.notes`."""

from benchmarks.notes.runner import main

if __name__ == "__main__":
    main()
