"""Encoders by name: those that come with memcli, folders, and plug-ins of other packages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol

from memcli.models.encoder import BUNDLED, Encoder
from store.commits import EncoderStamp
from store.errors import EncoderUnavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from store.layout import Layout

KIND: Final = "encoders"


class TextEncoder(Protocol):
    """
    What a plug-in of the kind `encoders` makes when it is called without arguments.

    name: that of its entry point, by which stores ask for it; dimension: of its vectors.
    """

    name: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 [n, dimension] in the order of the texts, of any length but 0."""

    def count_tokens(self, texts: Sequence[str]) -> Sequence[int]:
        """Return how many tokens each text has, as a model that is given it would count."""

    def fingerprint(self) -> str:
        """Return what changes with the vectors: of another one, a store is not opened."""


class PluginEncoder(Encoder):
    """A plug-in as the encoder of a store; its vectors are brought to unit length."""

    # It has no table of tokens, of which single words could be looked up.
    special = True

    def __init__(self, plugin: TextEncoder, name: str) -> None:
        if plugin.name != name:
            raise EncoderUnavailable(
                f"the plug-in {name} calls itself {plugin.name}", "its names have to agree"
            )
        self._plugin, self.name = plugin, name
        self.dimension = int(plugin.dimension)

    def load_whole(self) -> None:
        """Do nothing: how it loads is the plug-in's."""

    def release(self) -> None:
        """Do nothing: what it holds is the plug-in's."""

    def stamp(self) -> EncoderStamp:
        """Return the stamp of this encoder: its fingerprint in the place of a hash."""
        return EncoderStamp(self.name, self.dimension, self.fingerprint())

    def fingerprint(self) -> str:
        """Return the plug-in's fingerprint."""
        from memcli.plugins import blamed

        with blamed(KIND, self.name):
            return str(self._plugin.fingerprint())

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Return float32 [n, dimension] unit vectors; EncoderUnavailable for another shape."""
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        from memcli.plugins import blamed

        with blamed(KIND, self.name):
            vectors = np.asarray(self._plugin.encode(list(texts)), np.float32)
        if vectors.shape != (len(texts), self.dimension) or not np.isfinite(vectors).all():
            what = f"numbers of the shape {list(vectors.shape)} for {len(texts)} texts"
            raise EncoderUnavailable(f"{self.name} gives {what}", "report it to its author")
        if progress:
            progress(len(texts))
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: np.ndarray = vectors / np.where(norms > 0, norms, 1)
        return unit

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has."""
        from memcli.plugins import blamed

        with blamed(KIND, self.name):
            return [int(n) for n in self._plugin.count_tokens(list(texts))]

    def _no_tokens(self, *arguments: Any, **options: Any) -> NoReturn:
        raise EncoderUnavailable(
            f"{self.name} is a plug-in: nothing can be learned from its tokens",
            "take an encoder in a folder",
        )

    vocabulary = tokenize = encode_tokens = _no_tokens


def load_encoder(name: str) -> Encoder:
    """Return a bundled encoder, one in a folder or a plug-in; EncoderUnavailable without one."""
    if name not in BUNDLED and not Path(name).is_dir():
        from memcli.plugins import blamed, look_up

        if maker := look_up(KIND, name):
            with blamed(KIND, name):
                return PluginEncoder(maker(), name)
    return Encoder.load(name)


def store_encoder(stamp: EncoderStamp, layout: Layout) -> Encoder:
    """
    Return the encoder that made a store's vectors; EncoderUnavailable where it is another one.

    BadUsage for a plug-in, and Untrusted for a folder, that a store names which is not trusted.
    """
    if stamp.path:
        layout.trust.require_full(layout.root, "the encoder that it names is not loaded")
    if stamp.path or stamp.name in BUNDLED:
        return Encoder.of_stamp(stamp)
    from memcli.plugins import require_own

    require_own(KIND, stamp.name, layout.trust.is_own)
    encoder = load_encoder(stamp.name)
    if encoder.stamp() != stamp:
        raise EncoderUnavailable(
            f"the encoder {stamp.name} is not as it was when this store was made with it",
            "install that version, or move the store: memcli reembed --encoder NAME",
        )
    return encoder


def begin_loading(stamp: EncoderStamp, layout: Layout) -> Callable[[], Encoder]:
    """Begin to load a store's encoder in a thread, and return what waits for it."""
    from concurrent.futures import ThreadPoolExecutor

    # What else is imported meanwhile needs numpy too, and two threads must not import it at once.
    import numpy  # noqa: F401

    return ThreadPoolExecutor(1).submit(store_encoder, stamp, layout).result
