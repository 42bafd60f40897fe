"""`python -m benchmarks.quality`; worker processes cannot import a `__main__`."""

from benchmarks.quality.runner import main

if __name__ == "__main__":
    main()
