"""Foundations of every other part: parameters, errors, random numbers, functions, compiling, safe YAML."""
