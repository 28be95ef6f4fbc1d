"""The policy file as users write it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gridcalc.policy.records import AppliesTo, Status
from gridcalc.provenance import Confidence

RULE_NAME = r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$"

PackId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_\-]*$", max_length=64)]
DateText = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
RuleName = Annotated[str, Field(pattern=RULE_NAME, max_length=100)]
Names = Annotated[tuple[str, ...], Field(strict=False)]
Title = Annotated[str, Field(min_length=1, max_length=200)]


class Entry(BaseModel):
    """The base of all parts of a policy file: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class RuleEntry(Entry):
    """One rule; a rule of the base pack needs only its value, a new one needs all keys."""

    value: Any = Field(description="Number, true or false, text, or a list")
    unit: str | None = Field(None, description="Unit; taken from the base pack if missing")
    document: str = Field("user", min_length=1, description="Key of the source, or user")
    section: str = Field("", description="Section of the document")
    item: str = Field("", description="Item or clause, as text")
    confidence: Confidence = Field("assumed", description="How far the value can be trusted")
    applies_to: AppliesTo | None = Field(None, description="new, existing or all")
    title_zh: Title | None = Field(None, description="Short Chinese name")
    title_en: Title | None = Field(None, description="Short English name")
    note: str = Field("", description="What the value means or leaves out")
    min: float | None = Field(None, description="Smallest value an override may write")
    max: float | None = Field(None, description="Largest value an override may write")
    allowed: Names = Field((), description="Texts an override may write")
    pattern: str = Field("", description="Regular expression an override must match")


class PolicyFile(Entry):
    """A policy pack, format 1."""

    gridcalc_policy: Literal[1] = Field(description="Version of the file format")
    id: PackId = Field(description="Short name; equal to the file name")
    title: Title = Field(description="Title of the document")
    title_en: Title | None = Field(None, description="English title; the title if missing")
    issuer: str = Field("", description="Who issued the document")
    date: DateText = Field(description="YYYY, YYYY-MM or YYYY-MM-DD, in quotes")
    status: Status = Field("reference", description="draft, in_force or reference")
    valid_from: DateText | None = Field(None, description="First day, month or year it holds")
    region: str = Field("", description="Where it holds")
    extends: PackId | None = Field("national", description="The shipped pack it builds on")
    note: str = Field("", description="What to know about the document")
    rules: dict[RuleName, RuleEntry] = Field(description="Rules by name")


class PermitClass(Entry):
    """One class of the rule ``permit.classes``: which cable routes it takes and how long it lasts.

    Examples
    --------
    >>> PermitClass(id="a", kind="filing", max_reg_length_m=500, working_days=0).boundary
    '<='
    """

    id: str = Field(min_length=1, description="Short name")
    kind: Literal["filing", "approval"] = Field(description="Filing or approval")
    voltage_kv_max: float | None = Field(None, gt=0, description="Highest voltage taken [kV]")
    max_reg_length_m: float | None = Field(
        None, gt=0, description="Longest route by the length the rule counts; open if empty [m]"
    )
    boundary: Literal["<=", "<"] = Field("<=", description="Whether the longest length is included")
    max_green_m2: float | None = Field(None, ge=0, description="Largest green area taken [m²]")
    forbid_along: Names = Field((), description="Kinds of road the route may not follow")
    forbid_crossing: Names = Field((), description="Kinds of feature it may not cross")
    forbid_important_infrastructure: bool = Field(
        default=False, description="May not be laid along important infrastructure"
    )
    confirm_crossing: Names = Field((), description="Crossings that need confirmation")
    min_road_age_years: float | None = Field(None, ge=0, description="Youngest road it may open")
    working_days: float | None = Field(
        None, ge=0, description="Days of approval; 0 where none is needed, empty if not stated"
    )
    exempt_permits: Names = Field((), description="Permits that are no longer needed")
    conditions: Names = Field((), description="What the applicant must state")
    clause: str = Field("", description="The rule in own words")
