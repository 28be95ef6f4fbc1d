"""Random streams that are named, so that results never depend on how work is split."""

from hashlib import sha256

import numpy as np


def generator(seed: int, compound_id: str, purpose: str, block: int) -> np.random.Generator:
    """Return the stream of random numbers of one purpose and block of days.

    The stream depends on its four names and on nothing else: not on the order of the calls, the
    number of processes, or what else is drawn.

    Parameters
    ----------
    seed
        Seed of the run.
    compound_id
        Id of the compound, so that compounds are independent of each other.
    purpose
        What is drawn, such as ``private``.
    block
        Number of the block of days.

    Examples
    --------
    >>> first = generator(1, "riverside", "private", 0).random()
    >>> first == generator(1, "riverside", "private", 0).random()
    True
    """
    digest = sha256(repr((seed, compound_id, purpose, block)).encode()).digest()
    words = np.frombuffer(digest, dtype="<u4")
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(words.tolist())))
