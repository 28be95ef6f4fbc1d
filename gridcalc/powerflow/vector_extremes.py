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
    """Return a function of two floats that the compiler turns into vector reductions."""

    @intrinsic  # type: ignore[untyped-decorator]
    def function(_: Any, _a: Any, _b: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            double = ir.DoubleType()
            kind = ir.FunctionType(double, [double, double])
            return builder.call(
                builder.module.declare_intrinsic(name, [double], kind), args, fastmath=()
            )

        return types.float64(types.float64, types.float64), generate

    return function


low = _intrinsic("llvm.minimumnum" if HAS_NEW_NAMES else "llvm.minnum")
high = _intrinsic("llvm.maximumnum" if HAS_NEW_NAMES else "llvm.maxnum")
