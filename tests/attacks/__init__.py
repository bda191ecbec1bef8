"""What somebody might try, and how little comes of it."""
