"""What countries do outside their deals, as evidence: what events tell of, and shocks."""

from collections.abc import Iterable, Iterator, Mapping

from simulator import draws
from simulator.scenario.specs import CountrySpec, EvidenceSpec, ShockSpec
from simulator.world.evidence import Conduct
from simulator.world.party import Evidence

__all__ = ["conduct_of", "shocks"]


def conduct_of(
    spec: EvidenceSpec | ShockSpec, by: str, countries: Iterable[str], kind: str = "promise"
) -> Conduct:
    """Return an act of a country as evidence: one conduct, whomever it concerns.

    So everybody learns of it once: by experience, else by the strongest report.

    Parameters
    ----------
    spec : EvidenceSpec or ShockSpec
        Its quality, its stake, and towards whom it is.
    by : str
        The country that acts.
    countries : iterable of str
        All countries, for an act towards all the others.
    kind : str
        Of what it is evidence: promise or threat.
    """
    others = [name for name in countries if name != by]
    towards = others if spec.towards == ("*",) else spec.towards
    return Conduct(by, dict.fromkeys(towards, Evidence(spec.quality, spec.stake)), kind)


def shocks(
    seed: int, week: int, countries: Mapping[str, CountrySpec]
) -> Iterator[tuple[str, ShockSpec]]:
    """Give the countries that act outside their deals in a week, and how: one draw for each."""
    for key, country in countries.items():
        spec = country.shocks
        if spec is not None and draws.uniform(seed, "shocks", (key,), week) < spec.probability:
            yield key, spec
