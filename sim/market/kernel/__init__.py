"""The acts of a customer's period, one file each; `sim.market.kernel.period` calls them in the theory's order."""
