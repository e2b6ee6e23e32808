"""The command that converts negotiation domains."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from experiments.cli.convert import convert_command
from experiments.cli.main import main
from simulator.domains.read import read_domain
from simulator.domains.write import FORMATS
from tests.simulator.domains.test_genius import PROFILE, TEMPLATE
from tests.simulator.domains.test_read import LOG, TALK, put

PLAIN = PROFILE.replace('"0.9"', '"1"')


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["convert", *map(str, arguments)])


@pytest.fixture
def market(tmp_path: Path) -> Path:
    files = {"d__xml": TEMPLATE, "buyer__xml": PLAIN, "seller__xml": PLAIN.replace("200", "400")}
    return put(tmp_path / "market", **files)


def test_the_command_offers_the_formats_that_there_are() -> None:
    (form,) = [option for option in convert_command.params if option.name == "form"]
    assert tuple(form.type.choices) == FORMATS  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", FORMATS)
def test_a_domain_goes_from_format_to_format_with_its_utilities(
    form: str, market: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = run(market, out, "--format", form)
    assert (result.exit_code, result.stdout) == (0, "")
    back = read_domain(out)
    np.testing.assert_allclose(back.utilities, read_domain(market).utilities, atol=1e-12)
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["buyer", "seller"]


def test_profiles_are_chosen_and_seated_by_name(market: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(market, out, "--format", "negolog", "--profiles", "seller.xml, buyer.xml")
    chosen = read_domain(market, ["seller.xml", "buyer.xml"])
    np.testing.assert_allclose(read_domain(out).utilities, chosen.utilities)


def test_what_would_be_lost_is_refused_or_told_and_left_out(tmp_path: Path) -> None:
    source = put(tmp_path, talk__toml=TALK) / "talk.toml"
    out = tmp_path / "out"
    refused = run(source, out, "--format", "negolog", "--strict")
    assert refused.exit_code == 2
    assert not out.exists()
    for loss in ("the discount of 0.9", "the cap of its utilities, 1.5"):
        assert f"profile 'buyer': {loss}" in refused.stderr
    dropped = run(source, out, "--format", "negolog")
    assert dropped.exit_code == 0
    assert "left out: profile 'buyer': the discount of 0.9" in dropped.stderr
    assert "note: issue 'price': levels that are numbers become texts" in dropped.stderr
    assert read_domain(out).profiles[0].discount == 1


def test_the_grid_of_a_real_issue_is_told(tmp_path: Path) -> None:
    issue = '<issue index="1" name="n" type="real"><range lowerbound="0" upperbound="1"/>'
    rule = '<evaluator ftype="linear" parameter0="0" parameter1="1"/>'
    source = put(
        tmp_path / "in",
        d__xml=f"<negotiation_template>{issue}</issue></negotiation_template>",
        p__xml=f'<utility_space>{issue}{rule}</issue><weight index="1" value="1"/></utility_space>',
    )
    result = run(source, tmp_path / "x.toml", "--format", "tradetalks", "--grid", 5)
    assert "note: d.xml: issue 'n' is real: 5 values stand for it" in result.stderr
    assert read_domain(tmp_path / "x.toml").issues[0].levels == (0, 0.25, 0.5, 0.75, 1)


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_overwritten(form: str, market: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    if form == "tradetalks":
        out.write_text("mine", encoding="utf-8")
    else:
        put(out, mine__txt="mine")
    before = sorted(tmp_path.rglob("*"))
    result = run(market, out, "--format", form)
    assert result.exit_code == 2
    assert "Invalid value for OUT" in result.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_half_written(
    form: str, market: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(tmp_path.rglob("*"))
    real = Path.write_text

    def fail(self: Path, *arguments: str, **named: str) -> int:
        real(self, *arguments, **named)
        if self.name != "domain.xml":
            raise OSError(28, "No space left on device")
        return 0

    monkeypatch.setattr(Path, "write_text", fail)
    result = run(market, tmp_path / "out", "--format", form)
    assert result.exit_code == 1
    assert "could not be written" in result.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [(LOG[:50], "well-formed JSON"), (LOG.replace("0.25", '"x"'), "reservationValue: 'x'")],
)
def test_bad_input_is_one_clear_error(text: str, message: str, tmp_path: Path) -> None:
    source = put(tmp_path / "in", profileA__json=text)
    result = run(source, tmp_path / "out", "--format", "genius")
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "out").exists()
