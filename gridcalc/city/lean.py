"""Libraries without what they load in case somebody needs it, where nobody does."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module

_FRAMES = frozenset({"geopandas", "pandas"})
_LINEAR_ALGEBRA = frozenset({"scipy.linalg"})


class _NotFound:
    """Says of some modules that they are not installed."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def find_spec(self, name: str, *_: object) -> None:
        if name in self.names:
            message = f"{name} is not looked for here"
            raise ModuleNotFoundError(message, name=name)


def no_frames() -> AbstractContextManager[None]:
    """Have libraries that look for pandas now find none; one that is loaded stays.

    Arrow looks for it when it makes its first array, the library of map files when it is loaded,
    both in case somebody gives them a frame. Nobody does, and it takes a third of a second and
    fifty megabytes of every process.
    """
    return _hidden(_FRAMES)


def load_compiler() -> None:
    """Load what runs compiled loops, without products of matrices, in a process of our own.

    For these numba looks for the linear algebra of scipy, which takes a fifth of a second. None
    of our loops has any; those of a user's program could.
    """
    with _hidden(_LINEAR_ALGEBRA):
        import_module("numba.np.arraymath")


@contextmanager
def _hidden(names: frozenset[str]) -> Iterator[None]:
    """Have the import system say that some modules are not there."""
    finder = _NotFound(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
