"""Writing a negotiation domain in a format, and what the format would lose."""

from simulator.domains.domain import Domain
from simulator.domains.genius import genius_files, genius_losses
from simulator.domains.negolog import negolog_files, negolog_losses
from simulator.domains.talkfile import talkfile_text

__all__ = ["FORMATS", "format_domain", "losses", "notes"]

FORMATS = ("tradetalks", "negolog", "genius")


def format_domain(domain: Domain, format: str) -> str | dict[str, str]:
    """Return the text of the one file of a format, or name and text of each of its files.

    Parameters
    ----------
    domain : Domain
        What is to be written.
    format : str
        One of `FORMATS`; ``tradetalks`` is the talk file.

    Raises
    ------
    DomainError
        If the format has no way to write it.
    """
    if format == "tradetalks":
        return talkfile_text(domain)
    return negolog_files(domain) if format == "negolog" else genius_files(domain)


def losses(domain: Domain, format: str) -> list[str]:
    """Return what a format cannot hold, and what is worth something to a party.

    Parameters
    ----------
    domain : Domain
        What is to be written.
    format : str
        One of `FORMATS`.
    """
    if format == "tradetalks":
        return []
    return negolog_losses(domain) if format == "negolog" else genius_losses(domain)


def notes(domain: Domain, format: str) -> list[str]:
    """Return what changes although every utility stays the same: numbers that become texts.

    Parameters
    ----------
    domain : Domain
        What is to be written.
    format : str
        One of `FORMATS`.
    """
    if format == "tradetalks":
        return []
    return [
        f"issue {issue.id!r}: levels that are numbers become texts"
        for issue in domain.issues
        if not all(isinstance(level, str) for level in issue.levels)
    ]
