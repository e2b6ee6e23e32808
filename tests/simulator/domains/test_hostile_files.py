"""Files made to do harm, or cut off, or changed at random: one clear error, nothing else."""

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domains import markup, reading
from simulator.domains.read import read_domain
from simulator.domains.write import FORMATS, format_domain
from simulator.errors import DomainError
from tests.generators import file_domains
from tests.simulator.domains.test_genius import PROFILE, TEMPLATE, put, refusal

LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{k} '&a{k - 1};&a{k - 1};&a{k - 1};&a{k - 1};'>" for k in range(1, 30))
)


@pytest.mark.parametrize(
    "doctype",
    [
        LAUGHS,
        '<!DOCTYPE x [<!ENTITY a29 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://localhost/x.dtd">',
        "<!DOCTYPE x [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]>",
    ],
    ids=["a billion laughs", "external entity", "external type", "parameter entity"],
)
def test_a_document_type_is_refused_before_anything_in_it_counts(
    doctype: str, tmp_path: Path
) -> None:
    for broken in ("", "&"):
        text = f"{doctype}{PROFILE.replace('red', f'&a29;{broken}')}"
        message = refusal(put(tmp_path, text, TEMPLATE))
        assert "<!DOCTYPE>: 'x': no document type" in message
        assert "root:" not in message


def test_an_entity_without_a_document_type_is_a_text_and_no_more(tmp_path: Path) -> None:
    put(tmp_path, PROFILE.replace("red", "&a29;"), TEMPLATE.replace("red", "&a29;"))
    assert read_domain(tmp_path).issues[1].levels[0] == "&a29;"


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep = "<utility_space>" + "<objective>" * 100_000
    assert "elements at most 64 deep" in refusal(put(tmp_path, deep))


def test_too_many_elements_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "_MOST_ELEMENTS", 5)
    assert "at most 5 elements" in refusal(put(tmp_path))


def test_a_huge_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 500)
    assert "a file of at most 500 bytes" in refusal(put(tmp_path))


def test_a_csv_called_xml_is_refused_unless_the_profiles_are_named(tmp_path: Path) -> None:
    put(tmp_path)
    (tmp_path / "front.xml").write_text("\n0.25, 1\n0.5, 0.75\n", encoding="utf-8")
    message = refusal(tmp_path)
    assert "front.xml:\n  line 2, column 1: '0.25, 1': well-formed XML" in message
    assert len(read_domain(tmp_path, ["party.xml"]).profiles) == 1


def test_other_xml_in_the_folder_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path)
    text = "<!-- <utility_space> --><?x <utility_space>?><Tournament/>"
    (tmp_path / "other.xml").write_text(text, encoding="utf-8")
    assert len(read_domain(tmp_path).profiles) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "well-formed JSON: Expecting value"),
        ('{"issues": {', "line 1, column 13"),
        ('{"issues": {\n', "line 2, column 1: '': well-formed JSON"),
        ('{"issues": 1, "issues": 2}', "'issues': every key once"),
        ('{"reservationValue": NaN}', "NaN is no finite number"),
        ("[" * 100_000, "JSON with finite numbers, not too deep"),
        (f"[{'9' * 5000}]", "JSON with finite numbers"),
        ("\xff", "a text in UTF-8; byte 0 (0xff) is none"),
    ],
)
def test_json_that_is_none_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "profileA.json").write_bytes(text.encode("latin-1"))
    assert message in refusal(tmp_path)


def test_very_many_unknown_names_take_no_time(tmp_path: Path) -> None:
    began = time.process_time()
    names = {f"k{k}": 1 for k in range(100_000)}
    (tmp_path / "a.json").write_text(json.dumps({"reservationValue": 0, "issues": {}, **names}))
    assert "issues: {}: a table" in refusal(tmp_path)
    (tmp_path / "a.json").unlink()
    elements = "".join(f"<k{k} k{k}=''/>" for k in range(100_000))
    put(tmp_path, PROFILE.replace("<reservation", f"{elements}<reservation"))
    assert len(read_domain(tmp_path).remarks) == 20
    # One to five seconds; to look for the nearest of all names to each would take many minutes.
    assert time.process_time() - began < 20


def test_half_a_character_is_no_name(tmp_path: Path) -> None:
    text = '{"reservationValue": 0, "issueWeights": {"a": 1}, "issues": {"a": {"\\ud800": 0}}}'
    (tmp_path / "profileA.json").write_text(text, encoding="utf-8")
    assert "issues.a: '\\ud800': a name, not empty" in refusal(tmp_path)


def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "a.xml")
    with pytest.raises(DomainError, match="a file that exists"):
        read_domain(tmp_path / "a.xml")
    put(tmp_path)
    assert len(read_domain(tmp_path).profiles) == 1


# -- changed at random -------------------------------------------------------------------------


def reads_or_refuses(folder: Path) -> None:
    """Fail on anything but a sound domain or a DomainError."""
    with suppress(DomainError):
        domain = read_domain(folder)
        assert domain.utilities.shape == (len(domain.space), len(domain.profiles))


_pieces = st.one_of(st.binary(max_size=4), st.sampled_from([b'""', b"<", b"-1", b"{}", b"[]"]))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_file_with_bytes_changed_is_read_or_refused(
    data: st.DataObject, tmp_path_factory: Any
) -> None:
    format = data.draw(st.sampled_from(FORMATS))
    texts = format_domain(data.draw(file_domains(words=True)), format)
    files = {"talk.toml": texts} if isinstance(texts, str) else texts
    folder = tmp_path_factory.mktemp("fuzz")
    changed = data.draw(st.sampled_from(sorted(files)))
    for name, text in files.items():
        raw = bytearray(text.encode())
        if name == changed:
            start = data.draw(st.integers(0, len(raw)))
            end = data.draw(st.one_of(st.just(len(raw)), st.integers(start, len(raw))))
            raw[start:end] = data.draw(
                st.one_of(
                    st.binary(max_size=4), st.sampled_from([b'""', b"<", b"-1", b"{}", b"[]"])
                )
            )
        (folder / name).write_bytes(bytes(raw))
    reads_or_refuses(folder)


_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
    ),
    max_leaves=8,
)


@st.composite
def misfits(draw: st.DrawFn) -> object:
    """Profiles of JSON formats of which one part is anything at all."""
    web = {
        "issueUtilities": {"a": {"discreteutils": {"valueUtilities": {"x": 0.5, "y": 1}}}},
        "issueWeights": {"a": 1},
        "domain": {"name": "d", "issuesValues": {"a": {"values": ["x", "y"]}}},
        "reservationBid": {"issuevalues": {"a": "x"}},
    }
    log = {"reservationValue": 0, "issueWeights": {"a": 1}, "issues": {"a": {"x": 0, "y": 1}}}
    body: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from([web, log]))))
    node, name = body, draw(st.sampled_from(sorted(body)))
    while isinstance(node[name], dict) and draw(st.booleans()):
        node = node[name]
        name = draw(st.sampled_from(sorted(node)))
    node[name] = draw(_json)
    return body if "issues" in body else {"LinearAdditiveUtilitySpace": body}


@settings(max_examples=200, deadline=None)
@given(profile=misfits())
def test_json_with_values_of_wrong_types_is_read_or_refused(
    profile: object, tmp_path_factory: Any
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "a.json").write_text(json.dumps(profile), encoding="utf-8")
    reads_or_refuses(folder)
