"""Reading a negotiation domain, whatever its format."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from simulator.domains.domain import Domain
from simulator.domains.genius import evaluates, read_genius, require_additive
from simulator.domains.geniusweb import is_geniusweb_domain, is_geniusweb_profile, read_geniusweb
from simulator.domains.markup import parse_xml, root_tag
from simulator.domains.negolog import is_negolog, read_negolog
from simulator.domains.notation import read_json, read_toml
from simulator.domains.reading import content
from simulator.domains.talkfile import is_talkfile, read_talkfile
from simulator.errors import DomainError, Problem, nearest
from simulator.files import user_path
from simulator.negotiation.issues import MAX_OUTCOMES
from simulator.text import listing

__all__ = ["GRID", "read_domain"]

#: Number of values that stand for a real issue unless another is given.
GRID = 11
_SUFFIX = {"Genius": ".xml", "NegoLog": ".json", "GeniusWeb": ".json", "talk file": ".toml"}


def read_domain(
    path: str | Path,
    profiles: Sequence[str | Path] | None = None,
    *,
    seats: int | None = None,
    grid: int = GRID,
) -> Domain:
    """Return the negotiation domain that a folder or a file holds.

    The format is told by the content: Genius XML, NegoLog JSON, GeniusWeb JSON or a talk file
    (TOML). A folder holds one domain; of a file that is a domain without profiles, the folder it
    lies in holds these; a file that is a profile is a domain of one party, and of the others that
    are named.

    Parameters
    ----------
    path : str or Path
        The folder or the file.
    profiles : sequence of str or Path, optional
        The profiles in seat order, by the names of their files (in a talk file, by their names).
        By default those there are in sorted order of the files (of a talk file, in its order).
    seats : int, optional
        How many parties there are: so many profiles are taken, and read, unless they are named.
    grid : int
        Number of evenly spaced values that stand for a real issue, 2 or more; `Domain.remarks`
        tells which issues are real.

    Raises
    ------
    DomainError
        With the file, the element, its value, what was allowed and the nearest name.
    """
    if not 2 <= grid <= MAX_OUTCOMES:
        raise DomainError([Problem("grid", grid, f"2 or more values, at most {MAX_OUTCOMES:,}")])
    path = user_path(path)
    if path.is_dir():
        return _of_folder(path, profiles, seats, grid)
    return _of_file(path, profiles, seats, grid)


# -- what files are ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _File:
    """A file, the format it is of, what it holds of a domain, and why it cannot be told."""

    path: Path
    format: str = ""
    part: str = ""
    error: DomainError | None = None


def _file(path: Path) -> _File:
    try:
        return _File(path, *_kind(path))
    except DomainError as error:
        return _File(path, error=error)


def _kind(path: Path) -> tuple[str, str]:
    """Return format and part of a file, empty if it is of none.

    Raises DomainError if that cannot be told.
    """
    data = content(path)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<" or path.suffix.lower() == ".xml":
        return _xml_kind(data, path)
    if (start in {b"{", b"["} and path.suffix.lower() != ".toml") or path.suffix.lower() == ".json":
        return _json_kind(path)
    return ("talk file", "whole") if is_talkfile(read_toml(path)) else ("", "")


def _xml_kind(data: bytes, path: Path) -> tuple[str, str]:
    tag = root_tag(data[:65536])
    if not tag:
        parse_xml(data, str(path))  # tells why
    parts = {"negotiation_template": "domain", "utility_space": "profile"}
    return ("Genius", parts[tag]) if tag in parts else ("", "")


def _json_kind(path: Path) -> tuple[str, str]:
    data = read_json(path)
    if is_negolog(data):
        return "NegoLog", "profile"
    if is_geniusweb_profile(data):
        return "GeniusWeb", "profile"
    return ("GeniusWeb", "domain") if is_geniusweb_domain(data) else ("", "")


def _files(folder: Path) -> list[_File]:
    """Return the files of a folder that may be of a format, in sorted order."""
    try:
        paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in _SUFFIX.values())
        return [_file(p) for p in paths if p.is_file() and not p.name.startswith(".")]
    except OSError as error:
        allowed = f"a folder that can be read: {error.strerror}"
        raise _refusal(folder, allowed) from None


def _refusal(folder: Path, allowed: str) -> DomainError:
    return DomainError([Problem("folder", folder.name, allowed)], str(folder))


# -- folders and files -------------------------------------------------------------------------


def _of_folder(
    folder: Path, named: Sequence[str | Path] | None, seats: int | None, grid: int
) -> Domain:
    files = _files(folder)
    format = _one_format(folder, files)
    own = [file for file in files if file.format == format]
    whole = [file for file in own if file.part != "profile"]
    if len(whole) > 1:
        listed = ", ".join(file.path.name for file in whole)
        allowed = f"one domain; there are {listed}: name one of these files"
        if format != "talk file":
            allowed += ", with --profiles where its profiles are not named like it"
        raise _refusal(folder, allowed)
    if format == "talk file":
        domain = _selected(read_talkfile(whole[0].path), named, seats)
        return _remarked(domain, _passed_over(files, format))
    template = whole[0].path if whole else None
    name = folder.resolve().name
    if named is not None:
        domain = _read(format, template, _named(folder, format, named), name, grid)
        return _remarked(domain, _passed_over(files, format))
    return _default(folder, files, format, seats).domain(template, name, grid)


def _of_file(
    path: Path, named: Sequence[str | Path] | None, seats: int | None, grid: int
) -> Domain:
    format, part = _kind(path)
    if not format:
        allowed = "a domain or a profile of Genius, NegoLog or GeniusWeb, or a talk file"
        raise DomainError([Problem("file", path.name, allowed)], str(path))
    if part == "whole":
        return _selected(read_talkfile(path), named, seats)
    if part == "profile":
        others = [] if named is None else _named(path.parent, format, named)
        itself = [] if any(other.samefile(path) for other in others) else [path]
        return _read(format, None, [*itself, *others], path.stem, grid)
    if named is not None:
        return _read(format, path, _named(path.parent, format, named), path.stem, grid)
    files = _of_domain(path, _files(path.parent), format)
    return _default(path.parent, files, format, seats).domain(path, path.stem, grid)


def _of_domain(path: Path, files: Sequence[_File], format: str) -> list[_File]:
    """Return those files of a folder that go with one of its domains: all if there is no other.

    Among several domains, a profile goes with the one whose name up to the word "domain" it begins
    with, the longest if several fit. Raises DomainError if no profile goes with the domain.
    """
    domains = [file.path for file in files if (file.format, file.part) == (format, "domain")]
    if len(domains) < 2:
        return list(files)
    own = [file for file in files if _domains_of(file.path, domains) == [path.name]]
    if not any((file.format, file.part) == (format, "profile") for file in own):
        others = ", ".join(file.path.name for file in files if file.part == "profile")
        allowed = (
            f"profiles named like {path.name}, as there are {len(domains)} domains; "
            f"name its profiles with --profiles, of {others or 'which there are none'}"
        )
        raise _refusal(path.parent, allowed)
    return own


def _domains_of(path: Path, domains: Sequence[Path]) -> list[str]:
    """Return the names of the domains whose beginning is the longest that a file's name has."""
    shared = {domain.name: _shared(path.stem.casefold(), domain) for domain in domains}
    longest = max(shared.values())
    return [name for name, length in shared.items() if 0 < length == longest]


def _shared(name: str, domain: Path) -> int:
    """Return how long the beginning is that a name has of a domain, which ends between words.

    It is what stands before the word "domain", or all if that does not occur.
    """
    head, word, tail = domain.stem.casefold().rpartition("domain")
    start = head if word else tail
    goes_on = start[-1:].isalnum() and name[len(start) : len(start) + 1].isalnum()
    return len(start) if name.startswith(start) and not goes_on else 0


def _passed_over(files: Sequence[_File], format: str) -> list[str]:
    """Return a remark that names the files which hold nothing of a format but might have."""
    suffix = _SUFFIX[format]
    names = [
        file.path.name for file in files if not file.format and file.path.suffix.lower() == suffix
    ]
    if not names:
        return []
    return [f"passed over, being neither a domain nor a profile of {format}: {_shown(names)}"]


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _remarked(domain: Domain, remarks: Sequence[str]) -> Domain:
    return replace(domain, remarks=(*domain.remarks, *remarks))


def _one_format(folder: Path, files: Sequence[_File]) -> str:
    formats = {file.format: file.path.name for file in files if file.format}
    if len(formats) == 1:
        return next(iter(formats))
    if formats:
        listed = ", ".join(f"{name} of {format}" for format, name in formats.items())
        allowed = f"files of one format; there are {listed}: name a file"
        raise _refusal(folder, allowed)
    for file in files:
        if file.error:
            raise file.error
    allowed = "a folder with a domain of Genius, NegoLog or GeniusWeb, or a talk file"
    raise _refusal(folder, allowed)


@dataclass(frozen=True)
class _Choice:
    """The profiles of a folder where none are named: those taken, in seat order, and the others.

    Beside them stand the forms, which evaluate nothing, and what is to be said of other files.
    """

    format: str
    seats: int | None
    passed: list[str]
    taken: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        return self.seats is not None and len(self.taken) >= self.seats

    def domain(self, template: Path | None, name: str, grid: int) -> Domain:
        """Return the domain with these profiles; where one is refused, say how to name others."""
        try:
            domain = _read(self.format, template, self.taken, name, grid)
        except DomainError as error:
            raise self.with_hint(error) if error.source in map(str, self.taken) else error from None
        return _remarked(domain, self.remarks)

    def with_hint(self, error: DomainError) -> DomainError:
        """Return the refusal of a file with how to do without it, if enough profiles are left."""
        left = [path.name for path in (*self.taken, *self.others) if str(path) != error.source]
        if len(left) < (self.seats or 1):
            return error
        names = ",".join(left[: self.seats])
        allowed = f"a profile, or others by name: --profiles {names}"
        hint = Problem("profiles", Path(error.source).name, allowed)
        return DomainError([*error.problems, hint], error.source)

    @property
    def remarks(self) -> list[str]:
        """Which profiles are taken, and how to name others, if there is anything else."""
        blank = f"passed over, as nothing is evaluated there: {_shown(self.forms)}"
        remarks = [*self.passed, *([blank] if self.forms else [])]
        if self.taken and (remarks or self.others):
            names, others = ([path.name for path in p] for p in (self.taken, self.others))
            remarks.append(_taken(names, others, "in sorted order"))
        return ["; ".join(remarks)] if remarks else []


def _taken(names: Sequence[str], others: Sequence[str], order: str) -> str:
    """Return which profiles are taken, of how many, and how to name others."""
    of = f", the first {len(names)} of {len(names) + len(others)} {order}" if others else ""
    such = ",".join([*names, *others][-len(names) :]) if others else "FILE,FILE"
    return f"profiles taken: {listing(names)}{of}; others are named with --profiles {such}"


def _default(folder: Path, files: Sequence[_File], format: str, seats: int | None) -> _Choice:
    """Return which profiles of a folder are taken where none are named.

    Raises DomainError if there is none, or what stands before the last cannot be told to be one.
    """
    choice = _Choice(format, seats, _passed_over(files, format))
    profiles = [file.path for file in files if (file.format, file.part) == (format, "profile")]
    for file in files:
        if choice.is_full:
            choice.others.extend([file.path] if file.path in profiles else [])
        elif file.error and file.path.suffix.lower() == _SUFFIX[format]:
            if format == "Genius":
                require_additive(profiles)
            raise replace(choice, taken=profiles).with_hint(file.error)
        elif file.path in profiles:
            blank = format == "Genius" and not evaluates(file.path)
            choice.forms.extend([file.path.name] if blank else [])
            choice.taken.extend([] if blank else [file.path])
    if not choice.taken:
        raise _refusal(folder, "; ".join([f"one with profiles of {format}", *choice.remarks]))
    return choice


def _named(folder: Path, format: str, named: Sequence[str | Path]) -> list[Path]:
    """Return the files that are named, in the folder or by a path of their own."""
    paths = []
    for name in named:
        named_path = user_path(name)
        path = next((p for p in (folder / named_path, named_path) if p.is_file()), None)
        if path is None:
            profiles = [file.path.name for file in _files(folder) if file.part == "profile"]
            allowed = f"a file with a profile; in {folder} there are: {', '.join(profiles)}"
            hint = nearest(Path(name).name, profiles)
            raise DomainError([Problem("profiles", str(name), allowed, hint)])
        if _kind(path) != (format, "profile"):
            raise DomainError([Problem("profiles", str(name), f"a profile of {format}")])
        paths.append(path)
    if not paths:
        raise DomainError([Problem("profiles", "none", "at least one profile")])
    return paths


def _read(
    format: str, template: Path | None, profiles: Sequence[Path], name: str, grid: int
) -> Domain:
    if format == "Genius":
        return read_genius(template, profiles, name, grid)
    if format == "NegoLog":
        return read_negolog(profiles, name)
    return read_geniusweb(template, profiles, name, grid)


def _selected(domain: Domain, named: Sequence[str | Path] | None, seats: int | None) -> Domain:
    """Return a domain with the profiles that are named, or the first of them."""
    if named is None:
        taken, names = domain.profiles[:seats], [profile.name for profile in domain.profiles]
        others = names[len(taken) :]
        remarks = [_taken(names[: len(taken)], others, "in the talk file")] if others else []
        return _remarked(replace(domain, profiles=taken), remarks)
    profiles = {profile.name: profile for profile in domain.profiles}
    for name in map(str, named):
        if name not in profiles:
            allowed = f"a profile of the talk file: {', '.join(profiles)}"
            raise DomainError([Problem("profiles", name, allowed, nearest(name, profiles))])
    return replace(domain, profiles=tuple(profiles[str(name)] for name in named))
