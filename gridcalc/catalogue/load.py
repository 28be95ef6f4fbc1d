"""Load the equipment tables of the package, and the user's tables over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from gridcalc.catalogue.nearest import nearest_name
from gridcalc.catalogue.records import Cable, ConductorMaterial, LvBreaker, Rmu, Transformer
from gridcalc.catalogue.user_tables import read_user_rows
from gridcalc.tables import read_data_table

Kind = Literal["transformers", "cables", "rmus", "breakers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All equipment by name, in the order of the tables, user rows in place or at the end."""

    transformers: Mapping[str, Transformer]
    cables: Mapping[str, Cable]
    rmus: Mapping[str, Rmu]
    breakers: Mapping[str, LvBreaker]

    def nearest(self, kind: Kind, name: str) -> str | None:
        """Return the known name most like a wrong one, or None if nothing is like it.

        Examples
        --------
        >>> load_catalogue().nearest("cables", "YJV-4x999")
        'YJV22-0.6/1-4x240'
        """
        names: dict[Kind, tuple[str, ...]] = {
            "transformers": tuple(self.transformers),
            "cables": tuple(self.cables),
            "rmus": tuple(self.rmus),
            "breakers": tuple(self.breakers),
        }
        return nearest_name(name, names[kind])


def load_catalogue(user_dir: Path | None = None) -> Catalogue:
    """Return the equipment catalogue.

    Parameters
    ----------
    user_dir
        Folder with the user's ``transformers.csv``, ``cables_mv.csv``, ``cables_lv.csv``,
        ``rmus.csv`` or ``lv_breakers.csv``; rows add to the shipped ones or replace those of the
        same name, and carry the source ``user:<file>``.

    Raises
    ------
    InputError
        Every unreadable, doubtful or double row of the user's tables.

    Examples
    --------
    >>> load_catalogue().transformers["S20-800"].pk_w
    6000.0
    """
    shipped = _shipped()
    if user_dir is None:
        return shipped
    user = read_user_rows(user_dir, materials=_materials())
    return Catalogue(
        transformers={**shipped.transformers, **{row.name: row for row in user.transformers}},
        cables={**shipped.cables, **{row.name: row for row in user.cables}},
        rmus={**shipped.rmus, **{row.name: row for row in user.rmus}},
        breakers={**shipped.breakers, **{row.name: row for row in user.breakers}},
    )


@cache
def _shipped() -> Catalogue:
    cables = (*read_data_table(Cable, "cables_mv.csv"), *read_data_table(Cable, "cables_lv.csv"))
    return Catalogue(
        transformers={row.name: row for row in read_data_table(Transformer, "transformers.csv")},
        cables={row.name: row for row in cables},
        rmus={row.name: row for row in read_data_table(Rmu, "rmus.csv")},
        breakers={row.name: row for row in read_data_table(LvBreaker, "lv_breakers.csv")},
    )


@cache
def _materials() -> Mapping[str, ConductorMaterial]:
    rows = read_data_table(ConductorMaterial, "conductor_materials.csv")
    return {row.conductor: row for row in rows}
