"""XML as others wrote it: read safely, and mended where it can mean one thing only.

There is no document type, hence no entity that could expand or point elsewhere; nesting and the
number of elements are bounded.
"""

import re
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from simulator.errors import DomainError, Problem
from simulator.negotiation.issues import MAX_OUTCOMES

__all__ = ["parse_xml", "root_tag"]

#: Deepest nesting; issues of real domains lie three deep.
_DEEPEST = 64
_MOST_ELEMENTS = MAX_OUTCOMES + 100_000

_DECLARED = re.compile(rb"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
#: Encodings of which every byte is a character, read as browsers do.
_WINDOWS = {"iso-8859-1", "iso8859-1", "latin1", "windows-1252", "cp1252"}
_COMMENT = r"<!--.*?(?:-->|\Z)"
_COMMENTS = re.compile(_COMMENT, re.DOTALL)
_PROLOGUE = re.compile(rf"{_COMMENT}|<\?.*?(?:\?>|\Z)", re.DOTALL)
#: What may stand before the first element, in any order: declarations, comments and plain text.
_HEAD = re.compile(rf"(?:{_PROLOGUE.pattern}|[^<]+)*+(?=<)", re.DOTALL)
_LOOSE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
#: The value of an attribute with the name of the next one right behind it.
_NO_BLANK_BEHIND = re.compile(r"""(=\s*(?:"[^"<]*"|'[^'<]*'))(?=[A-Za-z_:])""")


def root_tag(data: bytes) -> str:
    """Return the name of the first element of a file, empty if it holds none."""
    text, _ = _decoded(data)
    tag = re.search(r"<([A-Za-z_][\w.:-]*)", _PROLOGUE.sub("", text))
    return tag[1] if tag else ""


def parse_xml(data: bytes, source: str) -> tuple[Element, tuple[str, ...]]:
    """Return the root element of an XML file, and what had to be mended to read it.

    Mended are what stands before the declaration, such as blank lines and comments, hyphens that no
    comment may hold, bytes of Windows-1252 in what is declared to be UTF-8, ampersands that are not
    escaped, and blanks missing between attributes. Raises DomainError if it is no XML, declares a
    document type, or is too deep or too large.
    """
    text, remarks = _decoded(data)
    try:
        return _tree(text, source), remarks
    except expat.ExpatError:
        pass
    head = _HEAD.match(text)
    bare = text if head is None else _lines(head) + text[head.end() :]
    bare = _COMMENTS.sub(_lines, bare)
    mended = _NO_BLANK_BEHIND.sub(r"\1 ", _LOOSE_AMPERSAND.sub("&amp;", bare))
    try:
        return _tree(mended, source), (*remarks, "mended where it was not well-formed")
    except expat.ExpatError as error:
        raise DomainError([_malformed(mended, error)], source) from None


def _lines(match: re.Match[str]) -> str:
    """Return the line breaks of what is left out, so that lines keep their numbers.

    A comment that does not end is not left out.
    """
    unended = match[0].startswith("<!--") and "-->" not in match[0]
    return match[0] if unended else "\n" * match[0].count("\n")


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), ()
    declared = _DECLARED.search(data[:65536])
    windows = declared is not None and declared[1].decode("ascii").lower() in _WINDOWS
    if not windows:
        try:
            return data.decode("utf-8-sig"), ()
        except UnicodeDecodeError:
            pass
    remarks = () if windows else ("read as Windows-1252, as it is no UTF-8",)
    try:
        return data.decode("cp1252"), remarks
    except UnicodeDecodeError:
        return data.decode("latin-1"), remarks


def _malformed(text: str, error: expat.ExpatError) -> Problem:
    """Return what is wrong with a text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line = lines[error.lineno - 1].strip() if error.lineno <= len(lines) else ""
    reason = expat.ErrorString(error.code)
    where = f"line {error.lineno}, column {error.offset + 1}"
    return Problem(where, line, f"well-formed XML: {reason}")


def _tree(text: str, source: str) -> Element:
    """Return the root element of a text.

    Raises ExpatError if it is not well-formed; DomainError if it is dangerous.
    """
    growth = _Growth(source)
    parser = expat.ParserCreate()  # a text is handed over as UTF-8, whatever it declares
    parser.StartElementHandler = growth.start
    parser.EndElementHandler = growth.end
    parser.CharacterDataHandler = growth.tree.data
    parser.StartDoctypeDeclHandler = growth.refuse_doctype
    parser.Parse(text, True)
    return growth.tree.close()


class _Growth:
    """A tree that grows element by element, up to a limit."""

    def __init__(self, source: str) -> None:
        self.tree = TreeBuilder()
        self.source = source
        self.depth = self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > _DEEPEST:
            self._refuse(f"<{name}>", "nested", f"elements at most {_DEEPEST} deep")
        if self.count > _MOST_ELEMENTS:
            self._refuse(f"<{name}>", "one of many", f"at most {_MOST_ELEMENTS:,} elements")
        self.tree.start(name, attributes)

    def end(self, name: str) -> None:
        self.depth -= 1
        self.tree.end(name)

    def refuse_doctype(self, name: str, *_: object) -> None:
        self._refuse("<!DOCTYPE>", name, "no document type: it could define entities")

    def _refuse(self, key: str, value: str, allowed: str) -> None:
        raise DomainError([Problem(key, value, allowed)], self.source)
