"""The world and its rules: issues, offers, payoffs, talks, deals, trust over a graph, the week."""
