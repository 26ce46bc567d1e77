"""``guanxi app``: the classroom in a browser, on this computer."""

from __future__ import annotations

import argparse

from sim.cli.options import Parser


def main(given: list[str]) -> int:
    """Serve the pages until Ctrl-C; with ``--prepare`` compile what they need and stop."""
    parser = Parser("app", "the classroom in a browser; no other computer can connect")
    parser.add_argument("--port", type=int, default=8765, help="of the address http://127.0.0.1:PORT")
    parser.add_argument("--language", default="en", metavar="en|zh", help="of the first page")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    parser.add_argument("--prepare", action="store_true", help="compile beforehand, then stop")
    parser.folders()
    parser.plugins()
    options: argparse.Namespace = parser.read(given)
    from sim.app import server
    from sim.strategies.plugins import load_plugins

    load_plugins(options.plugin)
    if options.prepare:
        server.prepare()
        print("guanxi: everything is compiled")
        return 0
    server.serve("127.0.0.1", options.port, options.language, not options.no_browser, options.config_dir)
    return 0
