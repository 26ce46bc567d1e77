"""What everything is written in: parameters, errors, random numbers, functions, compiling, safe YAML."""
