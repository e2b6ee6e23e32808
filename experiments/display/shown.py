"""Values that show themselves: a page each, as text and as what a notebook shows."""

from abc import ABC, abstractmethod
from typing import ClassVar

from rich.console import Group

from experiments.display.notebook import fragment
from experiments.display.terminal import plain_text

__all__ = ["Shown"]


class Shown(ABC):
    """A value with a page; printed it is text, in a notebook it is a fragment of HTML."""

    #: How many sections of the page are open in a notebook from the start.
    unfolded: ClassVar[int] = 1

    @abstractmethod
    def page(self) -> Group:
        """Return the page that shows it."""

    def __str__(self) -> str:
        return plain_text(self.page())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return fragment(self.page(), self.unfolded)
