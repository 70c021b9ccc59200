"""Entry point: `python -m memcli` and the console script."""

import os
import sys


def main() -> None:
    """Run the command line."""
    # Matrices are small but where an encoder is trained, and NumPy's threads, which spin while they
    # wait, take the cores from Lance's: a third of a search. To be said before NumPy is imported.
    if sys.argv[1:2] != ["models"]:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from memcli.cli.app import main as run

    run()


if __name__ == "__main__":
    main()
