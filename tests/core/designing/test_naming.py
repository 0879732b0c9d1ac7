"""The table of what keys name is whole: each key of the models that could name something is in it, or free."""

from types import UnionType
from typing import Annotated, Union, get_args, get_origin

from engine.core.designing.naming import FREE, expressions, names
from engine.core.elements import Key
from engine.core.printing.spec import Path
from engine.core.reading.shapes import MODELS

MARKS = {get_args(Key)[1], get_args(Path)[1]}


def looks_like_a_name(annotation, metadata):
    if any(mark in MARKS for mark in metadata):
        return True
    if get_origin(annotation) is Annotated:
        return looks_like_a_name(get_args(annotation)[0], get_args(annotation)[1:])
    inner = get_args(annotation) if get_origin(annotation) in (Union, UnionType, tuple) else ()
    return any(looks_like_a_name(each, ()) for each in inner)


def test_every_key_that_looks_like_a_name_is_in_the_table_or_known_to_be_free():
    lost = [
        f"{model.__name__}.{info.alias or name}"
        for model in MODELS
        for name, info in model.model_fields.items()
        if name != "key" and looks_like_a_name(info.annotation, info.metadata)
        if (info.alias or name) not in names(model) and (info.alias or name) not in FREE
    ]
    assert lost == []


def test_expressions_are_found_by_their_mark():
    found = {model.__name__: expressions(model) for model in MODELS if expressions(model)}
    assert found["Transition"] == ("when",)
    assert found["FieldSpec"] == ("shown_when", "required_when", "editable_when")
    assert found["Prefill"] == ("value",)
