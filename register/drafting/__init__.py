"""Drafts of every kind: kept as typed from the first word, saved by one, submitted once, and never lost to a second.

`service` keeps them, `forms` is what every form of a draft carries, `writing` goes from a form that was sent to the
page that answers it. A room of writing (reports, records) says what its own form takes and what document comes of it.
"""
