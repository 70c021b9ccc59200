"""Run memcli as `python -m memcli` or by its console script."""

import sys


def main() -> None:
    """Answer --version at once; leave everything else to the command line."""
    if sys.argv[1:] == ["--version"]:
        from memcli import __version__

        sys.stdout.write(f"memcli {__version__}\n")
        return
    from memcli.cli import main as run

    run()


if __name__ == "__main__":
    main()
