"""What every page shares: rendering, headers, compression, error pages. Knows no records."""
