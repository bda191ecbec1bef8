"""The triggers that make the ledger append-only. Migrations install them from here, and a test asserts them.

Text may be blanked once an entry of kind `redaction` names its target; nothing else may change, nothing may go.
"""

_KEPT = ("seq", "entry", "kind", "record", "reference", "version", "basis", "time", "header", "hash")

SQLITE = (
    f"""CREATE TRIGGER publication_no_update BEFORE UPDATE ON publication
WHEN {" OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _KEPT)}
  OR NEW.document IS NOT NULL OR NEW.translations IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM publication r
    WHERE r.entry = 'redaction' AND json_extract(r.header, '$.target') = OLD.seq)
BEGIN SELECT RAISE(ABORT, 'the ledger only grows: publication cannot be changed'); END""",
    """CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication
BEGIN SELECT RAISE(ABORT, 'the ledger only grows: publication cannot be deleted'); END""",
    # INSERT OR REPLACE passes a delete trigger, unless the connection asked for recursive triggers.
    """CREATE TRIGGER publication_no_replace BEFORE INSERT ON publication
WHEN EXISTS (SELECT 1 FROM publication p WHERE p.seq = NEW.seq OR p.hash = NEW.hash
  OR p.entry = 'document' AND NEW.entry = 'document'
    AND p.kind = NEW.kind AND p.record = NEW.record AND p.version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'the ledger only grows: publication cannot be replaced'); END""",
    """CREATE TRIGGER head_no_insert BEFORE INSERT ON head
BEGIN SELECT RAISE(ABORT, 'the ledger only grows: there is one head'); END""",
    """CREATE TRIGGER head_no_delete BEFORE DELETE ON head
BEGIN SELECT RAISE(ABORT, 'the ledger only grows: head cannot be deleted'); END""",
    """CREATE TRIGGER head_only_forward BEFORE UPDATE ON head WHEN NEW.id IS NOT OLD.id OR NEW.seq IS NOT OLD.seq + 1
BEGIN SELECT RAISE(ABORT, 'the ledger only grows: head moves one entry forward'); END""",
)

POSTGRESQL = (
    f"""CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'publication' AND TG_OP = 'UPDATE' THEN
    IF {" AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _KEPT)}
       AND NEW.document IS NULL AND NEW.translations IS NULL
       AND EXISTS (SELECT 1 FROM publication r
         WHERE r.entry = 'redaction' AND (r.header::json->>'target')::int = OLD.seq)
    THEN RETURN NEW; END IF;
  ELSIF TG_TABLE_NAME = 'head' AND TG_OP = 'UPDATE' THEN
    IF NEW.id = OLD.id AND NEW.seq = OLD.seq + 1 THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'the ledger only grows: % on % refused', TG_OP, TG_TABLE_NAME;
END $$""",
    """CREATE TRIGGER publication_only_grows BEFORE UPDATE OR DELETE ON publication
FOR EACH ROW EXECUTE FUNCTION ledger_only_grows()""",
    """CREATE TRIGGER publication_no_truncate BEFORE TRUNCATE ON publication
FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()""",
    """CREATE TRIGGER head_only_forward BEFORE INSERT OR UPDATE OR DELETE ON head
FOR EACH ROW EXECUTE FUNCTION ledger_only_grows()""",
    """CREATE TRIGGER head_no_truncate BEFORE TRUNCATE ON head
FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()""",
)

# A file goes only with the text that named it.
FILES_SQLITE = (
    """CREATE TRIGGER evidence_file_no_update BEFORE UPDATE ON evidence_file
BEGIN SELECT RAISE(ABORT, 'the ledger only grows: evidence_file cannot be changed'); END""",
    """CREATE TRIGGER evidence_file_no_delete BEFORE DELETE ON evidence_file
WHEN NOT EXISTS (SELECT 1 FROM publication r
    WHERE r.entry = 'redaction' AND json_extract(r.header, '$.target') = OLD.seq)
BEGIN SELECT RAISE(ABORT, 'the ledger only grows: evidence_file cannot be deleted'); END""",
    """CREATE TRIGGER evidence_file_no_replace BEFORE INSERT ON evidence_file
WHEN EXISTS (SELECT 1 FROM evidence_file f WHERE f.name = NEW.name OR f.seq = NEW.seq AND f.sha256 = NEW.sha256)
BEGIN SELECT RAISE(ABORT, 'the ledger only grows: evidence_file cannot be replaced'); END""",
)
FILES_POSTGRESQL = (
    """CREATE FUNCTION files_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF EXISTS (SELECT 1 FROM publication r
      WHERE r.entry = 'redaction' AND (r.header::json->>'target')::int = OLD.seq)
    THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION 'the ledger only grows: % on % refused', TG_OP, TG_TABLE_NAME;
END $$""",
    """CREATE TRIGGER evidence_file_only_grows BEFORE UPDATE OR DELETE ON evidence_file
FOR EACH ROW EXECUTE FUNCTION files_only_grow()""",
    """CREATE TRIGGER evidence_file_no_truncate BEFORE TRUNCATE ON evidence_file
FOR EACH STATEMENT EXECUTE FUNCTION files_only_grow()""",
)

UNDO_SQLITE = tuple(
    f"DROP TRIGGER {name}"
    for name in (
        "publication_no_update",
        "publication_no_delete",
        "publication_no_replace",
        "head_no_insert",
        "head_no_delete",
        "head_only_forward",
    )
)
UNDO_POSTGRESQL = (
    "DROP TRIGGER publication_only_grows ON publication",
    "DROP TRIGGER publication_no_truncate ON publication",
    "DROP TRIGGER head_only_forward ON head",
    "DROP TRIGGER head_no_truncate ON head",
    "DROP FUNCTION ledger_only_grows()",
)


def statements(dialect: str) -> tuple[str, ...]:
    """The statements that install the triggers on `dialect` (`sqlite` or `postgresql`)."""
    return POSTGRESQL if dialect == "postgresql" else SQLITE


def undo(dialect: str) -> tuple[str, ...]:
    """The statements that remove them, for a migration downwards."""
    return UNDO_POSTGRESQL if dialect == "postgresql" else UNDO_SQLITE


def of_files(dialect: str) -> tuple[str, ...]:
    """The statements that install the triggers on the files of the ledger."""
    return FILES_POSTGRESQL if dialect == "postgresql" else FILES_SQLITE
