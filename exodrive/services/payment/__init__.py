"""Money moves: intents, the gateways behind one port, the sweeper."""
