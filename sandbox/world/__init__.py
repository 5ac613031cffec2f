"""Says what exists before the first call: countries, organisations, people and practices, all of them functions of the seed."""
