"""Libraries of tables and maps without pandas, which they load wherever they find it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_FRAMES = frozenset({"geopandas", "pandas"})


class _NotFound:
    """Says of pandas that it is not installed."""

    def find_spec(self, name: str, *_: object) -> None:
        if name in _FRAMES:
            message = f"{name} is not looked for here"
            raise ModuleNotFoundError(message, name=name)


@contextmanager
def no_frames() -> Iterator[None]:
    """Have libraries that look for pandas now find none; one that is loaded stays.

    Arrow looks for it when it makes its first array, the library of map files when it is loaded,
    both in case somebody gives them a frame. Nobody does, and it takes a third of a second and
    fifty megabytes of every process.
    """
    finder = _NotFound()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
