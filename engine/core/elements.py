"""The building stones of every element of a definition: keys, authored texts, formulas, and what an element is."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from engine.core.messages import Text

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Since = Annotated[date | None, Field(alias="from")]
ExpressionText = Annotated[str, Field(max_length=4096, json_schema_extra={"format": "siklus-expression"})]


class _AuthoredText:
    """Pydantic's way to and from `Text`: a plain string speaks for every language."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        words = core_schema.str_schema(min_length=1, max_length=4000)
        both = core_schema.typed_dict_schema(
            {"id": core_schema.typed_dict_field(words), "en": core_schema.typed_dict_field(words)},
            extra_behavior="forbid",
        )
        return core_schema.no_info_after_validator_function(
            lambda value: Text(value, value) if isinstance(value, str) else Text(value["id"], value["en"]),
            core_schema.union_schema([words, both], mode="left_to_right"),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda text: text.as_document()),
        )


AuthoredText = Annotated[Text, _AuthoredText]


class Element(BaseModel):
    """A node of a definition: frozen, and closed to keys that it does not declare."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
