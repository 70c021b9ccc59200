"""Entry point: `python -m memcli` and the console script."""

import gc
import os
import sys

INTERRUPTED = 130
# New objects between two searches for garbage: while modules are imported, which makes many and
# drops none, Python's 700 would have it search for a tenth of a short command's time.
GARBAGE_AFTER = 100_000


def main() -> None:
    """Run what was typed; Ctrl-C while the program is still being loaded is one line, too."""
    gc.set_threshold(GARBAGE_AFTER, *gc.get_threshold()[1:])
    try:
        _run()
    except KeyboardInterrupt:
        sys.stderr.write("memcli: interrupted\n")
        sys.stderr.flush()
        _leave(INTERRUPTED)


def _run() -> None:
    """Run the command line; a hook of an agent by a way of its own, which is short."""
    # Matrices are small but where an encoder is trained, and NumPy's threads, which spin while they
    # wait, take the cores from Lance's: a third of a search. To be said before NumPy is imported.
    if sys.argv[1:2] != ["models"]:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if sys.argv[1:2] == ["--complete"]:
        from memcli.cli.shells import complete

        complete(sys.argv[2:])
        _leave(0)  # for the same reason as below, and whatever is still open
    if sys.argv[1:2] == ["hook"] and len(sys.argv) > 2 and not {"-h", "--help"} & {*sys.argv}:
        from memcli.agents.hooks.spooling import canonical, hook

        if event := canonical(sys.argv[2]):
            hook(event, sys.argv[3:])
            _leave(0)  # what it wrote is flushed, and taking all down again would take a tenth
    from memcli.cli.app import main as run

    run()


def _leave(status: int) -> None:
    """End the process at once, but for a store that is decrypted in memory."""
    from store.encryption.closing import close_encrypted

    close_encrypted()
    os._exit(status)


if __name__ == "__main__":
    main()
