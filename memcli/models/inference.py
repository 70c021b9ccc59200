"""
Inference sessions of ONNX models: the one importer of onnxruntime, whose telemetry is off here.

Left on, it keeps an id and a database below ~/.cache/Microsoft and a file among the temporary ones
as soon as it is imported, and calls its maker's server from a thread some seconds later.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from memcli.language.data import PACKAGE
from store.errors import EncoderUnavailable

# Not done where it is imported: that may be in a thread, and no thread may set a variable while
# another, of Lance say, reads one. Whatever the user's own value is, nobody asked memcli to call.
TELEMETRY_SWITCH: Final = "ORT_DISABLE_TELEMETRY"
os.environ[TELEMETRY_SWITCH] = "1"


# Below it lies what came with memcli.
OWN: Final = PACKAGE / "models"
# What all models that did not come with memcli may take together, beside which a graph of some
# hundred bytes can ask for any memory; of a large model, so many times its own size.
LEAST_MODEL_BYTES: Final = 2 << 30
SIZE_FACTOR: Final = 4
# As large as asked for: the library's own way doubles, and would find the bound early.
_AS_REQUESTED: Final = 1
# How the library says that it got no memory.
NO_MEMORY: Final = ("Failed to allocate memory", "bad_alloc")
# The bound that the process has, once it is set.
_bounds: list[int] = []


class ModelSession:
    """
    An InferenceSession whose failures are those of Python and memcli.

    foreign: the name of a model that did not come with memcli, whose failure is one of the model:
    EncoderUnavailable. Where there is no memory for one that did: MemoryError.
    """

    def __init__(self, inner: Any, foreign: str | None) -> None:
        self._inner, self._name = inner, foreign

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @cached_property
    def input_names(self) -> frozenset[str]:
        """The names of what the model takes."""
        return frozenset(str(node.name) for node in self._inner.get_inputs())

    def run(self, outputs: Sequence[str] | None, feeds: Mapping[str, Any]) -> list[Any]:
        """Return the outputs for some inputs, arrays by name."""
        try:
            found: list[Any] = self._inner.run(outputs, feeds)
        except Exception as error:  # the library's exceptions share no public base
            what = str(error).split(" Status Message: ")[-1].splitlines()[0]
            if self._name is None and any(words in what for words in NO_MEMORY):
                raise MemoryError(what) from error
            if self._name is None:
                raise
            raise EncoderUnavailable(f"{self._name} fails: {what[:300]}") from error
        return found


def open_session(model: Path | bytes, threads: int) -> Any:
    """
    Return an InferenceSession on that many threads; any Exception where the model is unfit.

    One that did not come with memcli has a bound on the memory that it may take.
    """
    onnxruntime = _without_telemetry()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Threads that spin while they wait take the cores from the tokenizer's: half the speed.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    is_foreign = isinstance(model, Path) and not model.resolve().is_relative_to(OWN.resolve())
    if is_foreign:
        _bound_memory(onnxruntime, os.path.getsize(model))
        options.add_session_config_entry("session.use_env_allocators", "1")
        # What it fails at is told once, by the error.
        options.log_severity_level = 4
    given = model if isinstance(model, bytes) else os.fspath(model)
    inner = onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])
    return ModelSession(inner, str(model) if is_foreign else None)


@cache
def _allocator(onnxruntime: ModuleType, most_bytes: int) -> None:
    """Give the process the one allocator that bounded sessions share; it keeps the first bound."""
    kinds = onnxruntime.OrtAllocatorType, onnxruntime.OrtMemType
    info = onnxruntime.OrtMemoryInfo("Cpu", kinds[0].ORT_ARENA_ALLOCATOR, 0, kinds[1].DEFAULT)
    arena = onnxruntime.OrtArenaCfg({"max_mem": most_bytes, "arena_extend_strategy": _AS_REQUESTED})
    onnxruntime.create_and_register_allocator(info, arena)


def _bound_memory(onnxruntime: ModuleType, n_bytes: int) -> None:
    if not _bounds:
        _bounds.append(max(LEAST_MODEL_BYTES, SIZE_FACTOR * n_bytes))
    _allocator(onnxruntime, _bounds[0])


def _without_telemetry() -> ModuleType:
    """Import onnxruntime and turn off what does not heed the variable, as on Windows."""
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    module: ModuleType = onnxruntime
    return module


def padded_batches(
    order: Iterable[int], lengths: Sequence[int], max_tokens: int, max_texts: int
) -> Iterator[list[int]]:
    """Cut indices of texts, shortest first, into batches whose padded size stays bounded."""
    batch: list[int] = []
    for index in order:
        if batch and ((len(batch) + 1) * lengths[index] > max_tokens or len(batch) == max_texts):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
