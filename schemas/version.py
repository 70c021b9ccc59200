"""Version of memcli, of which the contracts here are; a module of its own, for it costs nothing."""

from typing import Final

VERSION: Final = "0.1.0"
