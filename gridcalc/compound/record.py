"""What all input records share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[\w][\w.\-]*$", max_length=64)]


class Record(BaseModel):
    """The base of all input records: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, populate_by_name=True
    )
