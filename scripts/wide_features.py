"""Print the processor features that NumPy picks kernels by on this machine: what NPY_DISABLE_CPU_FEATURES may name.

Naming a feature of NumPy's baseline is an error there, and an absent one a warning, so the list is NumPy's own.
"""

from __future__ import annotations

from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__


def wide_features() -> list[str]:
    """Return the features of this processor beyond the baseline NumPy was built for."""
    return [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]


if __name__ == "__main__":
    print(" ".join(wide_features()))
