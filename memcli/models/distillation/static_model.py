"""
Static encoder as an ONNX file: int8 table and scales, unit mean of a text's tokens.

Written and read without the onnx package: the graph is nine nodes, the same for every vocabulary
and dimension, and only two of its constants are large. Field numbers are those of onnx.proto.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from memcli.models.distillation.wire import Value, read_fields, write_field
from store.errors import EncoderUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

IR_VERSION: Final = 9
OPSET: Final = 17
FLOAT, INT8, INT64 = 1, 3, 7
ATTRIBUTE_INT: Final = 2
TABLE, SCALE = "table", "scale"
MASK: Final = "attention_mask"

Shape: TypeAlias = "tuple[int | str, ...]"
# Inputs, operator, attributes, output. `ax1` and `ax2` hold the axes 1 and 2.
NODES: Final[tuple[tuple[tuple[str, ...], str, dict[str, int], str], ...]] = (
    ((TABLE, "input_ids"), "Gather", {}, "whole"),
    (("whole",), "Cast", {"to": FLOAT}, "floats"),
    ((SCALE, "input_ids"), "Gather", {}, "scales"),
    (("floats", "scales"), "Mul", {}, "vectors"),
    ((MASK,), "Cast", {"to": FLOAT}, "mask"),
    (("mask", "ax2"), "Unsqueeze", {}, "column"),
    (("vectors", "column"), "Mul", {}, "present"),
    (("present", "ax1"), "ReduceSum", {"keepdims": 0}, "sum"),
    (("sum",), "LpNormalization", {"axis": 1, "p": 2}, "embedding"),
)


def model_bytes(table: np.ndarray, scales: np.ndarray) -> bytes:
    """Return the ONNX file of a table, int8 [rows, d], with scales, float32 [rows, 1]."""
    axes = [_tensor(f"ax{axis}", INT64, (1,), struct.pack("<q", axis)) for axis in (1, 2)]
    graph = [write_field(1, _node(*node)) for node in NODES]
    graph.append(write_field(2, "static"))
    large = (
        _tensor(TABLE, INT8, table.shape, table.astype("<i1").tobytes()),
        _tensor(SCALE, FLOAT, scales.shape, scales.astype("<f4").tobytes()),
    )
    graph += [write_field(5, tensor) for tensor in (*large, *axes)]
    graph += [write_field(11, _port(name, INT64, ("b", "s"))) for name in ("input_ids", MASK)]
    graph.append(write_field(12, _port("embedding", FLOAT, ("b", table.shape[1]))))
    opset = write_field(1, "") + write_field(2, OPSET)
    fields = ((1, IR_VERSION), (2, "memcli"), (7, b"".join(graph)), (8, opset))
    return b"".join(write_field(number, value) for number, value in fields)


def _node(inputs: tuple[str, ...], operator: str, given: dict[str, int], output: str) -> bytes:
    """Return a NodeProto."""
    parts = [write_field(1, name) for name in inputs]
    parts += [write_field(2, output), write_field(4, operator)]
    for name, value in given.items():
        attribute = write_field(1, name) + write_field(3, value) + write_field(20, ATTRIBUTE_INT)
        parts.append(write_field(5, attribute))
    return b"".join(parts)


def _tensor(name: str, kind: int, shape: tuple[int, ...], data: bytes) -> bytes:
    """Return a TensorProto with its raw data."""
    sizes = b"".join(write_field(1, size) for size in shape)
    return sizes + write_field(2, kind) + write_field(8, name) + write_field(9, data)


def _port(name: str, kind: int, shape: Shape) -> bytes:
    """Return a ValueInfoProto: the type of an input or output; a text is a size left open."""
    sizes = (write_field(2 if isinstance(size, str) else 1, size) for size in shape)
    dimensions = b"".join(write_field(1, size) for size in sizes)
    tensor = write_field(1, kind) + write_field(2, dimensions)
    return write_field(1, name) + write_field(2, write_field(1, tensor))


def read_table(folder: Path) -> np.ndarray:
    """
    Return the token vectors of a static encoder, float32 [rows, d].

    Raises EncoderUnavailable for an encoder that is no table of this kind.
    """
    import numpy as np

    try:
        table, scales = read_constants((folder / "model.onnx").read_bytes())
        found = table.astype(np.float32) * scales
    except (OSError, ValueError, KeyError) as error:
        raise EncoderUnavailable(
            f"{folder} holds no table of token vectors",
            "start from static-256, from a folder that `memcli models distill` made, or `scratch`",
        ) from error
    return np.asarray(found, np.float32)


def read_constants(model: bytes | memoryview) -> tuple[np.ndarray, np.ndarray]:
    """
    Return the table, int8 [rows, d], and its scales, float32 [rows, 1], as views of a model.

    KeyError or ValueError for a model that has none.
    """
    import numpy as np

    tensors = dict(_initializers(model))
    table, scales = tensors[TABLE], tensors[SCALE]
    return (
        np.frombuffer(table[1], "<i1").reshape(table[0]),
        np.frombuffer(scales[1], "<f4").reshape(table[0][0], 1),
    )


def operators(model: bytes | memoryview) -> list[str]:
    """Return the operators of a model's graph in their order."""
    nodes = (value for number, value in _graph(model) if number == 1)
    fields = (read_fields(node) for node in nodes if isinstance(node, memoryview))
    return [bytes(x).decode() for some in fields for n, x in some if n == 4 and x]


def _graph(model: bytes | memoryview) -> Iterator[tuple[int, Value]]:
    """Yield the fields of a model's graph."""
    for number, graph in read_fields(model):
        if number == 7 and isinstance(graph, memoryview):
            yield from read_fields(graph)


def _initializers(model: bytes | memoryview) -> Iterator[tuple[str, tuple[list[int], memoryview]]]:
    """Yield name, shape and raw data of the constants of a model's graph."""
    for number, tensor in _graph(model):
        if number == 5 and isinstance(tensor, memoryview):
            yield _read_tensor(tensor)


def _read_tensor(tensor: memoryview) -> tuple[str, tuple[list[int], memoryview]]:
    """Return name, shape and raw data of a TensorProto."""
    shape: list[int] = []
    name, data = "", memoryview(b"")
    for number, value in read_fields(tensor):
        if number == 1 and isinstance(value, int):
            shape.append(value)
        elif number == 8 and isinstance(value, memoryview):
            name = bytes(value).decode()
        elif number == 9 and isinstance(value, memoryview):
            data = value
    return name, (shape, data)
