"""The trade model that derives valuations from trade flows and elasticities."""
