"""The tables of the truth: what was published, where the chain ends, and the attached texts. Append-only, migrated."""

from sqlalchemy import Index, Integer, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class Publication(SQLModel, table=True):
    """One entry of the ledger. `header` is canonical JSON and is what the chain hashes."""

    __table_args__ = (
        Index(
            "ix_publication_record",
            "kind",
            "record",
            "version",
            unique=True,
            sqlite_where=text("entry = 'document'"),
            postgresql_where=text("entry = 'document'"),
        ),
        Index("ix_publication_reference", "reference"),
        {"sqlite_strict": True},
    )

    seq: int = Field(primary_key=True, sa_type=Integer, sa_column_kwargs={"autoincrement": False})
    entry: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    record: str = Field(sa_type=Text)
    reference: str = Field(sa_type=Text)
    version: int = Field(sa_type=Integer)
    basis: str = Field(sa_type=Text)
    time: str = Field(sa_type=Text)
    header: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Text, unique=True)
    document: str | None = Field(default=None, sa_type=Text)
    translations: str | None = Field(default=None, sa_type=Text)


class Head(SQLModel, table=True):
    """The one row that says where the chain ends; locked while an entry is appended."""

    __table_args__ = ({"sqlite_strict": True},)

    id: int = Field(default=1, primary_key=True, sa_type=Integer)
    seq: int = Field(sa_type=Integer)
    hash: str = Field(sa_type=Text)


class SourceText(SQLModel, table=True):
    """The text of a source as the operator attached it, a line a row, so that a passage is read by itself."""

    __tablename__ = "source_text"
    __table_args__ = ({"sqlite_strict": True},)

    source: str = Field(primary_key=True, sa_type=Text)
    line: int = Field(primary_key=True, sa_type=Integer, sa_column_kwargs={"autoincrement": False})
    text: str = Field(sa_type=Text)


class EvidenceFile(SQLModel, table=True):
    """A file that the document at `seq` names by its SHA-256, under the random name that it is served by."""

    __tablename__ = "evidence_file"
    __table_args__ = (Index("ix_evidence_file_entry", "seq", "sha256", unique=True), {"sqlite_strict": True})

    name: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(sa_type=Integer)
    sha256: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    size: int = Field(sa_type=Integer)
    data: bytes = Field(sa_type=LargeBinary)


publication = SQLModel.metadata.tables["publication"]
head = SQLModel.metadata.tables["head"]
source_text = SQLModel.metadata.tables["source_text"]
evidence_file = SQLModel.metadata.tables["evidence_file"]
TRUTH = (publication, head, source_text, evidence_file)
