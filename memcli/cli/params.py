"""
Parameters of the command line whose plain values need no validator.

Typer checks every value with Pydantic, which takes 0.1 s to load: a sixth of a cold query. Texts,
paths, numbers and choices in good order are read here; whatever else is handed on to Typer, so that
errors and their wording stay its own.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

# What Typer calls a value that it has not read yet, and how it is read.
Parameter = Any
NOTHING: Final = object()
# Settings of a parameter of Typer for which values are looked at more closely.
CHECKED: Final = ("parser", "exists", "resolve_path")
# What values of these annotations come as, and what makes them.
AS_GIVEN: Final[dict[Any, tuple[type, Any]]] = {
    bool: (bool, bool),
    str: (str, str),
    Path: (str, Path),
}


class PlainValues:
    """Stands in the place of Typer's own reader of one parameter."""

    def __init__(self, descriptor: Any) -> None:
        self._descriptor = descriptor

    def coerce(self, value: Any, param: Parameter, ctx: Any) -> Any:
        """Return a value of the command line as the command takes it."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        plain = plain_value(self._descriptor.annotation, value, self._descriptor.parameter_info)
        if plain is not NOTHING:
            return plain
        from typer._coercion import build_runtime_param

        return build_runtime_param(self._descriptor).coerce(value, param=param, ctx=ctx)


def plain_value(annotation: Any, value: Any, info: Any) -> Any:
    """Return a value by its annotation; NOTHING where Typer has to look at it."""
    if any(getattr(info, name) for name in CHECKED):
        return NOTHING
    if annotation in (int, float):
        return _number(annotation, value, info)
    if annotation in AS_GIVEN:
        given, made = AS_GIVEN[annotation]
        return made(value) if isinstance(value, given) else NOTHING
    if annotation == list[str]:
        is_plain = isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)
        return list(value) if is_plain else NOTHING
    return _choice(annotation, value)


def _number(kind: type[int] | type[float], value: Any, info: Any) -> Any:
    try:
        number = kind(value)
    except (TypeError, ValueError):
        return NOTHING
    low = number if info.min is None else info.min
    high = number if info.max is None else info.max
    is_plain = isinstance(value, str) and value.isascii() and "_" not in value
    fits = low <= number <= high  # false for NaN
    return number if fits and (is_plain or type(value) is kind) else NOTHING


def _choice(annotation: Any, value: Any) -> Any:
    if get_origin(annotation) is Literal:
        return value if value in get_args(annotation) else NOTHING
    if not (isinstance(annotation, type) and issubclass(annotation, Enum)):
        return NOTHING
    if isinstance(value, annotation):
        return value
    return next((member for member in annotation if member.value == value), NOTHING)


def read_plainly(params: list[Any]) -> list[Any]:
    """Let the parameters of a command of Typer read plain values without validators."""
    for param in params:
        # A Typer that is built otherwise reads everything itself.
        if getattr(param, "_runtime_param", NOTHING) is None and hasattr(param, "type_descriptor"):
            param._runtime_param = PlainValues(param.type_descriptor)
    return params
