"""The examples with which the help of every command ends."""

__all__ = ["examples"]


def examples(*commands: str) -> str:
    """Return the end of a help that shows commands, one a line, as click prints it."""
    return "\n".join(["\b", "Examples:", *(f"  {command}" for command in commands)])
