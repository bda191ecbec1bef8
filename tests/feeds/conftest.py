"""The small register of the public pages, to follow."""

import pytest

from tests.public.conftest import Small, small

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)

__all__ = ["SQLITE", "Small", "small"]
