"""The codes with which commands end: what went wrong, and what shells give for signals."""

__all__ = ["FAILED", "INTERRUPTED", "PIPE_CLOSED", "REFUSED"]

#: A part of the user's, a run or a disk failed.
FAILED = 1
#: The input is refused.
REFUSED = 2
#: By Ctrl-C, or a request to end.
INTERRUPTED = 130
#: Nobody reads what is written.
PIPE_CLOSED = 141
