"""Checks one file: `python -m register.files < file`."""

from register.files.apart import main

main()
