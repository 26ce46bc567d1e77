"""All that is compiled of a period; `sim.market.kernel.period` tells its story."""
