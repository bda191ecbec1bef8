"""Sources: attaching the text that the operator holds, so that passages can be shown word for word."""
