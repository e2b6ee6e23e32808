"""A decision told: what each of its terms is, and on what it hangs, in words."""

from collections.abc import Mapping, Sequence

from experiments.analysis.decision import Decision, Matter, Motive, Term
from experiments.display import wording
from simulator.scenario.scenario import Scenario
from simulator.text import listing
from simulator.world.ground_kinds import Kind

__all__ = ["label", "sentence", "title"]

#: Of each kind of term: what it is, why it decides, and what would be without it. ``{of}`` is whose
#: it is, ``{belief}`` the trust or credibility behind it.
_WORDS: Mapping[str, tuple[str, str, str]] = {
    Kind.OWN: ("what it does itself", "its own part weighs so much", "without that"),
    Kind.HARM: ("what it suffers whatever happens", "it would suffer by it", "without that"),
    Kind.SIDE: ("what {of} may take", "{of} may take so much", "without that"),
    Kind.PROMISED: ("promises of {of}", "{of} promises so much", "without that"),
    Kind.DISTRUST: ("distrust of {of} ({belief})", "it trusts {of} at {belief}", "with full trust"),
    Kind.ASSURANCE: ("pledge of {of}", "{of} pledges to observe it", "without the pledge"),
    Kind.NOTICE: ("paying no more once let down", "it would stop paying", "if it went on paying"),
    Kind.REST: (
        "on a breach: threats of {of} ({belief})",
        "{of} might break it and carry out its threats",
        "without those",
    ),
    Kind.FACE: ("loss of face", "it would lose face", "without that"),
    Kind.BENCHMARK: ("what peers have got", "peers have got more", "without a look at them"),
    Kind.THREAT: (
        "no deal: threats of {of} ({belief})",
        "{of} threatens it",
        "without that",
    ),
    Kind.HELD: ("the deal in force", "it has a deal already", "without one"),
    Kind.AUDIENCE: (
        "what its audience would not pass",
        "it believes its audience would not pass that",
        "without an audience",
    ),
    Motive.AMBITION: (
        "asked for at first, beyond no deal",
        "it held out for more",
        "content with more than no deal",
    ),
    Motive.CLOCK: ("taken off that by time", "time was running out", "in the first round"),
    Motive.RESOLVE: ("resolve", "its resolve keeps its demand up", "without resolve"),
    Motive.RECEIVED: (
        "offers received before",
        "earlier offers {moved} its demand",
        "without those",
    ),
    Motive.THRESHOLD: (
        "asked for beyond no deal",
        "it asks for more than no deal is worth",
        "without that",
    ),
    Motive.TEMPTATION: (
        "what its threats would bring on a breach",
        "a breach sets its own threats free",
        "without them",
    ),
    Motive.IMPATIENCE: ("later weeks count less", "later weeks count less", "with full patience"),
    Motive.DRAW: ("its draw", "its draw came so", "with another"),
    Motive.CHANCE: ("chance of a breach", "its policy, {policy}, drew it", "without that chance"),
    Motive.TOLERANCE: ("how far one may fall short", "", ""),
    Motive.POLICY: (
        "what its policy does by itself",
        "its policy, {policy}, had it so",
        "with one that keeps deals",
    ),
    Motive.CONDUCT: ("what a partner did before", "a partner broke it before", "unprovoked"),
    Motive.EVENT: ("an event of the scenario", "an event forced it", "without the event"),
}
#: The same where a term is of the party itself.
_ITS_OWN = {
    Kind.THREAT: ("no deal: its own threats", "its own threats bring it more", "without them"),
}
_OPPOSITE = {
    "accepted": "refused",
    "refused": "accepted",
    "passed": "rejected",
    "rejected": "passed",
    "kept": "broken",
    "broke": "kept",
}


def sentence(scenario: Scenario, decision: Decision) -> str:
    """Return what was decided, why, and without what it would have been decided otherwise."""
    subject = f"{_who(scenario, decision)} {decision.outcome} {_object(scenario, decision)}"
    if not decision.turning:
        return f"{subject}; no term turns that."
    because, without = zip(
        *(_words(scenario, decision, term)[1:] for term in decision.turning[0]), strict=True
    )
    end = "be all the same to it" if decision.tie else f"have {_OPPOSITE[decision.outcome]} it"
    return f"{subject} because {listing(because)}: {_together(without)} it would {end}."


def _together(without: Sequence[str]) -> str:
    """Return what a decision turns without, said once."""
    once = list(dict.fromkeys(without))
    return "without both" if len(without) == 2 and len(once) == 1 else listing(once)


def label(scenario: Scenario, decision: Decision, term: Term) -> str:
    """Return what a term is, in words."""
    return _words(scenario, decision, term)[0]


def title(scenario: Scenario, decision: Decision) -> str:
    """Return who decided what, and when."""
    subject = f"{_who(scenario, decision)} {decision.outcome} {_object(scenario, decision)}"
    return f"{wording.when(scenario, decision.scene.week)}: {subject}"


def _words(scenario: Scenario, decision: Decision, term: Term) -> tuple[str, str, str]:
    own = term.party == decision.scene.party and term.kind in _ITS_OWN
    words = _ITS_OWN[Kind(term.kind)] if own else _WORDS[term.kind]
    known = {
        "of": "its partners" if term.party is None else wording.name(scenario, term.party),
        "belief": "" if term.belief is None else wording.share(term.belief),
        "moved": "raised" if term.amount < 0.0 else "lowered",
        "policy": str(scenario.countries[decision.scene.party].compliance),
    }
    label, because, without = (text.format(**known) for text in words)
    return label.removesuffix(" ()"), because, without


def _who(scenario: Scenario, decision: Decision) -> str:
    name = wording.name(scenario, decision.scene.party)
    return f"{name}'s audience" if decision.scene.matter is Matter.RATIFICATION else name


def _object(scenario: Scenario, decision: Decision) -> str:
    """Return what was decided about: an offer of the others, or a deal with them."""
    scene = decision.scene
    others = wording.parties(scenario, [p for p in scene.parties if p != scene.party])
    if scene.matter is not Matter.ANSWER:
        return f"the deal with {others}"
    return f"an offer in the talk with {others}"
