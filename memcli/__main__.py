"""Entry point: `python -m memcli` and the console script."""


def main() -> None:
    """Run the command line."""
    from memcli.cli.app import main as run

    run()


if __name__ == "__main__":
    main()
