"""A Discord on this machine, for `footnote play`."""
