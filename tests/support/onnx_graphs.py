"""
Small ONNX models for tests, written as protobuf by hand: real graphs for the real runtime.

`cross_encoder(path)` writes a cross-encoder that counts how often a token of the question (type 0)
stands in the passage (type 1).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from memcli.models.distillation.wire import MAX_VARINT, write_field
from memcli.models.encoder import encoder_folder

FLOAT, INT32, INT64, BOOL = 1, 6, 7, 9


def _field(number, value):
    """Return a field of a protobuf message; negative numbers as protobuf writes them."""
    return write_field(number, value & MAX_VARINT if isinstance(value, int) else value)


def _message(*fields):
    return b"".join(_field(number, value) for number, value in fields)


def node(kind, inputs, output, **attributes):
    """Return a NodeProto; attributes are integers or lists of integers."""
    fields = [(1, name) for name in inputs] + [(2, output), (4, kind)]
    for name, value in attributes.items():
        if isinstance(value, int):
            attribute = _message((1, name), (3, value), (20, 2))
        else:
            attribute = _message((1, name), *((8, each) for each in value), (20, 7))
        fields.append((5, attribute))
    return _message(*fields)


def tensor(name, values, kind):
    """Return a TensorProto with raw data."""
    dtype = {FLOAT: "<f4", INT32: "<i4", INT64: "<i8"}[kind]
    array = np.asarray(values, dtype)
    sizes = [(1, size) for size in array.shape]
    return _message(*sizes, (2, kind), (8, name), (9, array.tobytes()))


def value(name, kind, *sizes):
    """Return a ValueInfoProto; a size is a number or the name of one."""
    of_size = [(1, _message((1 if isinstance(size, int) else 2, size))) for size in sizes]
    tensor_type = _message((1, kind), (2, _message(*of_size)))
    return _message((1, name), (2, _message((1, tensor_type))))


def write_model(path, nodes, constants, inputs, outputs):
    """Write a ModelProto of opset 13."""
    graph = _message(
        *((1, each) for each in nodes),
        (2, "graph"),
        *((5, each) for each in constants),
        *((11, each) for each in inputs),
        *((12, each) for each in outputs),
    )
    opset = _message((1, ""), (2, 13))
    Path(path).write_bytes(_message((1, 8), (7, graph), (8, opset)))


def _part(name, types, wanted):
    """Return the nodes that put 1.0 where the mask is on and the type is the wanted one."""
    return [
        node("Equal", [types, f"type_{wanted}"], f"{name}_is"),
        node("Cast", [f"{name}_is"], f"{name}_float", to=FLOAT),
        node("Mul", [f"{name}_float", "mask_float"], name),
    ]


def _overlap(asked, said):
    """Return the nodes that count the pairs of equal tokens, one of each part, [n, 1]."""
    return [
        node("Unsqueeze", ["input_ids", "two"], "down"),
        node("Unsqueeze", ["input_ids", "one"], "across"),
        node("Equal", ["down", "across"], "same_bool"),
        node("Cast", ["same_bool"], "same", to=FLOAT),
        node("Unsqueeze", [asked, "two"], "asked_down"),
        node("Unsqueeze", [said, "one"], "said_across"),
        node("Mul", ["same", "asked_down"], "same_asked"),
        node("Mul", ["same_asked", "said_across"], "pairs"),
        node("ReduceSum", ["pairs", "two"], "by_row"),
        node("Squeeze", ["by_row", "two"], "rows"),
        node("ReduceSum", ["rows", "one"], "overlap"),
    ]


def cross_encoder(path, output="column", types=True, integers=INT64, extra=None, scale=1.0):
    """
    Write a cross-encoder to path.

    output: logits as a `column` [n, 1], `flat` [n], of two `classes` [n, 2] or as `tokens` [n, t].
    Without types, every token counts as question and passage. extra: one more input, unknown.
    """
    sizes = ("n", "t")
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if types else [])]
    nodes = [node("Cast", ["attention_mask"], "mask_float", to=FLOAT)]
    if types:
        nodes += [*_part("asked", "token_type_ids", 0), *_part("said", "token_type_ids", 1)]
        nodes += _overlap("asked", "said")
    else:
        nodes += _overlap("mask_float", "mask_float")
    nodes.append(node("Mul", ["overlap", "scale"], "scaled"))
    if output == "classes":
        # Neither class is zero: only their difference may count.
        nodes.append(node("ReduceSum", ["mask_float", "one"], "no"))
        nodes.append(node("Add", ["no", "scaled"], "yes"))
    last, shape = {
        "column": (node("Identity", ["scaled"], "logits"), ("n", 1)),
        "flat": (node("Squeeze", ["scaled", "one"], "logits"), ("n",)),
        "classes": (node("Concat", ["no", "yes"], "logits", axis=1), ("n", 2)),
        "tokens": (node("Identity", ["mask_float"], "logits"), sizes),
    }[output]
    constants = [
        tensor("one", [1], INT64),
        tensor("two", [2], INT64),
        tensor("scale", [scale], FLOAT),
        tensor("type_0", [0], integers),
        tensor("type_1", [1], integers),
    ]
    inputs = [value(name, integers, *sizes) for name in names]
    inputs += [value(extra, INT64, *sizes)] if extra else []
    write_model(path, [*nodes, last], constants, inputs, [value("logits", FLOAT, *shape)])


def cross_encoder_folder(path):
    """Make a folder with a cross-encoder and a tokenizer, and return it."""
    path.mkdir()
    shutil.copy(encoder_folder("static-256") / "tokenizer.json", path)
    cross_encoder(path / "model.onnx")
    return path
