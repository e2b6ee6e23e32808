"""Values that show themselves: each has a page, for terminals and notebooks."""

from abc import ABC, abstractmethod
from typing import ClassVar

from rich.console import Group

from experiments.display.notebook import fragment
from experiments.display.terminal import plain_text

__all__ = ["Shown"]


class Shown(ABC):
    """A value with a page, which is printed as text, and shown in a notebook as HTML."""

    #: How many sections of the page are open at first in a notebook.
    unfolded: ClassVar[int] = 1

    @abstractmethod
    def page(self) -> Group:
        """Return its page."""

    def __str__(self) -> str:
        return plain_text(self.page())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return fragment(self.page(), self.unfolded)
