"""The options of the commands; a wrong one is a `InputError`, not a page of usage."""

from __future__ import annotations

import argparse
from typing import NoReturn

from sim.core.errors import InputError


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `InputError` with the nearest option."""

    def __init__(self, command: str, about: str) -> None:
        super().__init__(prog=f"guanxi {command}", description=about, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise InputError(self.prog, message, f"see {self.prog} --help")

    def read(self, given: list[str]) -> argparse.Namespace:
        """The options, given in any order among the other words."""
        known, rest = self.parse_known_intermixed_args(given)
        if rest:
            option = rest[0].partition("=")[0]
            raise InputError.unknown(
                f"{self.prog}: option", option, [o for o in self._option_string_actions if len(o) > 2]
            )
        return known

    def folders(self) -> None:
        """``--config-dir``: folders with a user's own scenarios and groups."""
        self.add_argument(
            "--config-dir", "-cd", action="append", default=[], metavar="DIR", help="own scenarios"
        )

    def plugins(self) -> None:
        """``--plugin``: a user's own strategies."""
        self.add_argument(
            "--plugin", action="append", default=[], metavar="FILE", help="a file with own strategies"
        )
