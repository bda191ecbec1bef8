"""Working days of both sides: weekends, the holidays of each, the turn of a year, and pauses."""

from datetime import date

import pytest

from register.words import workdays


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-02", True),
        ("2026-01-01", False),
        ("2026-04-06", False),  # Easter Monday, both
        ("2026-04-27", False),  # King's Day, the Netherlands
        ("2026-05-01", False),  # Belgium
        ("2026-07-11", False),  # Flanders, a Saturday
        ("2025-07-11", False),  # Flanders, a Friday
        ("2025-07-21", False),  # Belgium
        ("2025-12-26", False),  # the Netherlands
        ("2025-11-11", False),  # Belgium
        ("2025-05-05", False),  # the Netherlands, each fifth year
        ("2026-05-05", True),
        ("2026-11-28", False),  # a Saturday
        ("2026-11-29", False),
        ("2026-11-30", True),
    ],
)
def test_a_day_counts_where_both_sides_work(day: str, works: bool) -> None:
    assert workdays.works(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("start", "days", "pauses", "over"),
    [
        ("2026-11-26", 1, [], "2026-11-28"),  # Thursday: Friday is the day, and then it is over
        ("2026-11-27", 1, [], "2026-12-01"),
        ("2026-11-13", 10, [], "2026-11-28"),
        ("2025-12-19", 10, [], "2026-01-08"),  # Christmas twice, and New Year's Day
        ("2026-11-13", 10, [("2026-11-16", "2026-11-20")], "2026-12-05"),
        ("2026-11-13", 10, [("2026-11-16", "2026-11-20"), ("2026-11-18", "2026-11-27")], "2026-12-12"),
        ("2026-11-13", 10, [("2026-11-28", "2026-12-31")], "2026-11-28"),
    ],
)
def test_a_period_is_over_the_day_after_its_last_working_day(
    start: str, days: int, pauses: list[tuple[str, str]], over: str
) -> None:
    spans = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in pauses]
    assert workdays.after(date.fromisoformat(start), days, spans) == date.fromisoformat(over)
