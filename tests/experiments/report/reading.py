"""What tests of HTML share: a page read back, and text that tries to be more than text."""

from html.parser import HTMLParser

from hypothesis import strategies as st

__all__ = ["HOSTILE", "Page", "hostile"]

#: Elements that have no end.
VOID = {"br", "img", "link", "meta"}

HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style><x-evil>",
    '"><img src=http://example.org/x onerror=alert(1)>',
    "' onclick='alert(1)",
    "&lt;b&gt; &amp; &#60;",
    "<!-- ]]> -->",
    "[bold red]markup[/]",
    "\x1b[31mred\x07\x00\r",
    "\ud800 \u202e",
    "{{7*7}} ${x} %s",
    "first\nsecond",
    "X" * 300,
)


def hostile() -> st.SearchStrategy[str]:
    """Return texts with markup, quotes and control characters in them."""
    word = st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=8)
    return st.lists(word, min_size=1, max_size=3).map(" ".join).filter(str.strip)


class Page(HTMLParser):
    """A page read back: its elements in order, its text and styles, and what does not fit together.

    Parameters
    ----------
    source : str
        The HTML.
    """

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.styles = ""
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        self.faults += [f"{tag} is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if len(dict(attrs)) < len(attrs):
            self.faults.append(f"{tag} has an attribute twice")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"{tag} is closed and not open")

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["style"]:
            self.styles += data
        else:
            self.text += data

    def handle_comment(self, data: str) -> None:
        self.faults.append("there is a comment")

    @property
    def tags(self) -> set[str]:
        """The elements that there are."""
        return {tag for tag, _ in self.elements}

    def values(self, name: str) -> list[str]:
        """Return the values of an attribute, in order."""
        return [attrs[name] for _, attrs in self.elements if name in attrs]

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every element of a kind."""
        return [attrs for found, attrs in self.elements if found == tag]
