"""What theory says: frontiers, bargaining solutions, repeated games, reputation."""
