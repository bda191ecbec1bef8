"""Files that somebody sends: what they are by their content, what must not be in them, and what is taken out.

Bytes in, bytes out: nothing here knows people, records, a database or the web. Cleaning is deterministic: the same
bytes always give the same cleaned bytes, and cleaning those again changes nothing.
"""
