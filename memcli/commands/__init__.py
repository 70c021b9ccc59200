"""One file for each subcommand, named as typed."""
