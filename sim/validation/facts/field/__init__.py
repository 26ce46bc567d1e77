"""Facts read as outcomes of paired or followed markets: one file per fact, with its figures and their measurement.

Each file declares ``FACTS`` and ``measured(seed, base, setting_of)``, as the parts of `sim.validation.facts.factbook`.
"""
