"""
Inference sessions of ONNX models: the one importer of onnxruntime, whose telemetry is off here.

Left on, it keeps an id and a database below ~/.cache/Microsoft and a file among the temporary ones
as soon as it is imported, and calls its maker's server from a thread some seconds later.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final

# Not done where it is imported: that may be in a thread, and no thread may set a variable while
# another, of Lance say, reads one. Whatever the user's own value is, nobody asked memcli to call.
TELEMETRY_SWITCH: Final = "ORT_DISABLE_TELEMETRY"
os.environ[TELEMETRY_SWITCH] = "1"


def open_session(model: Path | bytes, threads: int) -> Any:
    """Return an InferenceSession on that many threads; any Exception where the model is unfit."""
    onnxruntime = _without_telemetry()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Threads that spin while they wait take the cores from the tokenizer's: half the speed.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    given = model if isinstance(model, bytes) else os.fspath(model)
    return onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])


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
