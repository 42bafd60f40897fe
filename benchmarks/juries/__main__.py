"""`python -m benchmarks.juries`; worker processes cannot import a `__main__`."""

from benchmarks.juries.runner import main

if __name__ == "__main__":
    main()
