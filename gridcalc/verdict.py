"""What a study may come to; a module of its own, because those who only count need no study."""

from typing import Literal

Verdict = Literal["ready", "ready_managed", "upgrade", "no_solution"]
