"""The smaller and the larger of two numbers, in a form the compiler turns into vectors.

Of ``min``, ``max`` and comparisons it makes none when they run through a loop.
"""

from typing import Any, Final

from llvmlite import binding, ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

HAS_NEW_NAMES: Final = binding.llvm_version_info >= (20,)
"""The compiler library has ``minimumnum``, and no longer makes vectors of ``minnum``."""


def _intrinsic(name: str) -> Any:
    """Return a function of two floats that the compiler turns into vector reductions.

    Two numbers in single precision stay in single precision.
    """

    @intrinsic  # type: ignore[untyped-decorator]
    def function(_: Any, a: Any, b: Any) -> Any:
        is_single = a == b == types.float32
        number = types.float32 if is_single else types.float64

        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            own = ir.FloatType() if is_single else ir.DoubleType()
            kind = ir.FunctionType(own, [own, own])
            return builder.call(
                builder.module.declare_intrinsic(name, [own], kind), args, fastmath=()
            )

        return number(number, number), generate

    return function


low = _intrinsic("llvm.minimumnum" if HAS_NEW_NAMES else "llvm.minnum")
high = _intrinsic("llvm.maximumnum" if HAS_NEW_NAMES else "llvm.maxnum")
