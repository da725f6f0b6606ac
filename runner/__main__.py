"""``python -m runner`` is ``order-batch``."""

from runner.cli import main

if __name__ == "__main__":
    main()
