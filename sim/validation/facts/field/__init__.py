"""Facts read as outcomes of paired or followed markets: one file a fact, with its figures and how they are measured.

Each file declares ``FACTS`` and ``measured(seed, base, setting_of)``, as the parts of `sim.validation.facts.factbook`.
"""
