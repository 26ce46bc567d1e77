"""``guanxi validate``: the laws alone, number by number: expected, got, tolerance, source.

Facts and concepts need many runs: `make evidence` checks them.
"""

from __future__ import annotations

import json

from sim.cli.options import Parser
from sim.core.errors import InputError


def main(given: list[str]) -> int:
    """Run the laws named (all without a name) and print each number; 1 if one does not hold."""
    from sim.validation.laws import LAWS, validate
    from sim.validation.laws.checks import broken

    parser = Parser("validate", "compare the market with its laws: expected, got, tolerance")
    parser.add_argument("laws", nargs="*", help=", ".join(law.id for law in LAWS))
    parser.add_argument("--json", action="store_true", help="a list of objects, for programs")
    parser.add_argument("--threads", type=int, default=2, help="threads of a run")
    options = parser.read(given)
    known = [law.id for law in LAWS]
    for law in options.laws:
        if law not in known:
            raise InputError.unknown("law", law, known)
    rows = validate(options.laws, threads=max(1, options.threads))
    failed = broken(rows)
    if options.json:
        print(json.dumps([{**row._asdict(), "ok": row.ok} for row in rows], indent=1))
        return 1 if failed else 0
    for law in LAWS:
        held = [row for row in rows if row.law == law.id]
        if not held:
            continue
        print(f"\n{law.id}  {law.statement}\n    {law.source}\n    {law.checked}")
        for row in held:
            word = "" if row.ok else "  DOES NOT HOLD"
            print(f"    {row.what:58} {row.expected:12.5g} {row.got:12.5g}  within {row.tolerance:.2g}{word}")
    print(f"\n{len(rows)} numbers, {len(failed)} do not hold")
    return 1 if failed else 0
