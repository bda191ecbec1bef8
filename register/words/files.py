"""The fixed words about files: what they are, and what is taken out of them before anybody else reads them."""

from register.words.vocabulary import P_, Word


class FileType(Word):
    """What a file is, by its content."""

    PDF = "pdf", P_("file type", "PDF document")
    PNG = "png", P_("file type", "PNG picture")
    JPEG = "jpeg", P_("file type", "JPEG picture")
    WEBP = "webp", P_("file type", "WebP picture")
    DOCX = "docx", P_("file type", "Word document (DOCX)")
    XLSX = "xlsx", P_("file type", "Excel spreadsheet (XLSX)")
    PPTX = "pptx", P_("file type", "PowerPoint slides (PPTX)")
    ODT = "odt", P_("file type", "OpenDocument text (ODT)")
    ODS = "ods", P_("file type", "OpenDocument spreadsheet (ODS)")
    CSV = "csv", P_("file type", "table in plain text (CSV)")
    TXT = "txt", P_("file type", "plain text")


# For each type the media type that it is served as, and the ending of its name.
SERVED: dict[str, tuple[str, str]] = {
    FileType.PDF: ("application/pdf", "pdf"),
    FileType.PNG: ("image/png", "png"),
    FileType.JPEG: ("image/jpeg", "jpg"),
    FileType.WEBP: ("image/webp", "webp"),
    FileType.DOCX: ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    FileType.XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    FileType.PPTX: ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    FileType.ODT: ("application/vnd.oasis.opendocument.text", "odt"),
    FileType.ODS: ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    FileType.CSV: ("text/csv", "csv"),
    FileType.TXT: ("text/plain", "txt"),
}


class Removed(Word):
    """What is removed from a file: facts about people and machines that are no part of its content."""

    PERSON = "person", P_("removed", "names of people (author, last editor, manager)")
    COMPANY = "company", P_("removed", "name of an organisation or account")
    TITLE = "title", P_("removed", "title, subject and keywords in its properties")
    DATES = "dates", P_("removed", "when it was made, changed or printed")
    SOFTWARE = "software", P_("removed", "the program or template that made it")
    PLACE = "place", P_("removed", "the place where a picture was taken (GPS)")
    CAMERA = "camera", P_("removed", "camera data in pictures (EXIF)")
    XMP = "xmp", P_("removed", "hidden descriptions (XMP)")
    CUSTOM = "custom", P_("removed", "properties that a program or organisation added")
    PREVIEW = "preview", P_("removed", "a preview picture")
    PRINTER = "printer", P_("removed", "settings of a printer or of a computer")
    REST = "rest", P_("removed", "data behind the end or outside the content")
