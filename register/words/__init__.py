"""The shared vocabulary: the enumerations of the register and dates as they were said."""
