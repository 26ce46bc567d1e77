"""The server of the classroom: pages, worker processes, and nothing that leaves this computer."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path

from nicegui import app, ui
from starlette.middleware.trustedhost import TrustedHostMiddleware

from sim.app import field_screen, gallery, lesson_screen, market_screen
from sim.app.engine import Engine
from sim.app.lessons import LESSONS
from sim.app.page import frame, heading
from sim.app.texts import texts
from sim.core.errors import InputError
from sim.scenario.files import compose, scenario_files

PORTS = range(1024, 65536)


def free_port(host: str, port: int) -> int:
    """The port itself if it is free; raises `InputError` with the next free one."""
    if port not in PORTS:
        raise InputError("port", port, f"a whole number from {PORTS[0]} to {PORTS[-1]}")
    if _free(host, port):
        return port
    following = next((other for other in range(port + 1, PORTS[-1] + 1) if _free(host, other)), None)
    raise InputError(
        "port", port, f"a port that is not in use: --port {following}" if following else "another port"
    )


def _free(host: str, port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError:
            return False
    return True


def serve(host: str, port: int, language: str, browser: bool, folders: Sequence[Path | str] = ()) -> None:
    """Serve until it is interrupted; raises `InputError` for a port in use."""
    texts(language)
    free_port(host, port)
    engine = Engine()
    _pages(engine, language, folders)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    app.on_shutdown(engine.end)
    print(f"guanxi: http://{host}:{port}  (Ctrl-C ends it)", flush=True)
    ui.run(
        host=host, port=port, title="关系", show=browser, reload=False, show_welcome_message=False, dark=None,
        favicon="🤝", uvicorn_logging_level="warning",
    )  # fmt: skip


def _pages(engine: Engine, usual: str, folders: Sequence[Path | str]) -> None:
    @ui.page("/")
    def first(language: str = usual) -> None:
        gallery.show(language, folders)

    @ui.page("/market/{name}")
    def market(name: str, language: str = usual, value: str = market_screen.FIRST) -> None:
        if name not in scenario_files(folders):
            _missing(language)
        else:
            market_screen.show(compose(name, folders=folders), language, engine, value)

    @ui.page("/customers/{name}")
    def customers(name: str, language: str = usual, arm: str = "") -> None:
        if name not in scenario_files(folders):
            _missing(language)
            return
        scenario = compose(name, folders=folders)
        known = arm if arm in scenario.experiment.arms else scenario.experiment.control
        field_screen.show(scenario, language, known)

    @ui.page("/lesson/{name}")
    def lesson(name: str, language: str = usual) -> None:
        if name not in LESSONS:
            _missing(language)
        else:
            lesson_screen.show(name, language, engine)


def _missing(language: str) -> None:
    with frame(language, "/", "关系") as t:
        heading(t("gallery.none"), 1)


def prepare() -> None:
    """Compile all that the first question needs, for every later start."""
    from sim.app.questions import warm_up

    warm_up()
