"""Tests of accounts, signing in and what belongs to it."""

import pytest

# For a file whose tests do not depend on the kind of database: `pytestmark = SQLITE`.
SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
