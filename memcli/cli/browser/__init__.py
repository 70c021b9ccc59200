"""The screen of `memcli browse`: to search as one types, read around a hit and act on it."""
