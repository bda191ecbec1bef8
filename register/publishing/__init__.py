"""From record to public text."""
