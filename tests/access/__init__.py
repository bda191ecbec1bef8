"""The matrix: who may enter which room, in which state of what stands there."""
