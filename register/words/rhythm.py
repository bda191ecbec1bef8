"""How often a report may be expected: one number, for every page that speaks of silence."""

from datetime import timedelta

# Who has said nothing for longer than this about what is still open is shown as silent. Nobody is blamed for it.
REPORTING_RHYTHM = timedelta(days=180)
