"""The words that texts hold: tables of the projection that are asked for what comes near and what means the same."""

from sqlalchemy import Column, Index, Integer, Table, Text

from register.ledger.tables import Ordered, projected

# Words that mean the same, from the glossary: each phrase of each term, folded, in lower case.
synonym = Table(
    "synonym",
    projected,
    Column("record", Text, primary_key=True),
    Column("phrase", Text, primary_key=True),
    sqlite_strict=True,
)

# The words of each text that is, or could again be, current: each once, with spaces between.
counted = Table(
    "counted",
    projected,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("language", Text, primary_key=True),
    Column("words", Text, nullable=False),
    sqlite_strict=True,
)

# The words of the texts that are current, to complete what is typed and to offer what comes near.
vocabulary = Table(
    "vocabulary",
    projected,
    Column("language", Text, primary_key=True),
    Column("word", Ordered, primary_key=True),
    Column("folded", Ordered, nullable=False),
    Column("n", Integer, nullable=False),
    Index("ix_vocabulary_folded", "language", "folded"),
    sqlite_strict=True,
)
