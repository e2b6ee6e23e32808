"""The command `tradetalks`: a family of commands per file, and the options they share."""
