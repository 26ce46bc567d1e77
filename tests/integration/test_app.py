"""The classroom in a real browser: every screen, by mouse and by key, in both languages, and nothing from outside.

Needs a Chromium; without one the tests are skipped, or fail where GUANXI_BROWSER is "required".
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from sim.app.lessons import LESSONS
from sim.scenario.files import scenario_files
from support import ROOT
from support.processes import children, wait_for

CHROMIUM = next(
    (p for p in ("/usr/lib/chromium/chromium", shutil.which("chromium"), shutil.which("google-chrome")) if p and Path(p).is_file()),
    None,
)  # fmt: skip
pytestmark = pytest.mark.slow
WAIT = 60_000  # milliseconds for an answer, on a busy machine


def surroundings():
    """The environment of a command that a user calls; NiceGUI would take a test's own for its simulation."""
    return {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"} | {"PYTHONPATH": str(ROOT)}


def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of a classroom that runs for the tests of this file."""
    at = port()
    log = tmp_path_factory.mktemp("app") / "log"
    with open(log, "w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "sim", "app", "--no-browser", "--port", str(at)], cwd=ROOT, stdout=out, stderr=out,
            env=surroundings(),
        )  # fmt: skip
    try:
        wait_for(
            lambda: log.read_text().startswith("guanxi: http") or "\nguanxi: http" in log.read_text(), 120
        )
        wait_for(lambda: _answers(at), 60)
        yield f"http://127.0.0.1:{at}"
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        left = children(server.pid)
        server.terminate()
        server.wait(30)
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left), 20)


def _answers(at):
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{at}/", timeout=20).status == 200
    except OSError:
        return False


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_the_processes_of_a_classroom_end_with_it_and_without_a_traceback(tmp_path, sign):
    """Ctrl-C reaches the whole group on a terminal; a killed server cannot tell its workers."""
    at = port()
    with open(tmp_path / "log", "w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "sim", "app", "--no-browser", "--port", str(at)], cwd=ROOT, stdout=out, stderr=out,
            env=surroundings(), start_new_session=True,
        )  # fmt: skip
    wait_for(lambda: _answers(at), 120)
    wait_for(lambda: len(children(server.pid)) >= 2, 60)
    left = children(server.pid)
    (os.killpg if sign == signal.SIGINT else os.kill)(server.pid, sign)
    server.wait(30)
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left), 20)
    assert "Traceback" not in (tmp_path / "log").read_text(), (tmp_path / "log").read_text()


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        assert os.environ.get("GUANXI_BROWSER") != "required", "a Chromium is required and not here"
        pytest.skip("**** NO CHROMIUM: the classroom was NOT tried in a browser ****")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def page(browser, address):
    """A page that tells of every message, failed request and address outside this machine when it is left."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, accept_downloads=True)
    made, seen = context.new_page(), []
    made.on("console", lambda message: seen.append(f"{message.type}: {message.text}"))
    made.on("pageerror", lambda error: seen.append(str(error)))
    made.on("requestfailed", lambda request: seen.append(f"failed: {request.url}"))
    made.on(
        "request",
        lambda r: (
            seen.append(f"outside: {r.url}") if not r.url.startswith((address, "data:", "blob:")) else None
        ),
    )
    made.set_default_timeout(WAIT)
    yield made
    context.close()
    assert seen == []


def test_the_first_page_has_a_card_for_every_lesson_and_market_and_finds_them(page, address):
    page.goto(f"{address}/")
    links = page.get_by_role("main").get_by_role("link")
    assert links.count() == len(LESSONS) + len(scenario_files())
    page.get_by_label("Search").fill("ladder bonds")
    page.get_by_text("A broken promise").first.wait_for(state="hidden")
    assert page.get_by_role("link", name="The ladder of bonds", exact=True).is_visible()


def test_a_market_answers_and_answers_again_after_a_slider_is_moved_by_key(page, address):
    page.goto(f"{address}/market/bond_ladder")
    page.get_by_text(re.compile("Profit is (higher|lower)|It cannot be told")).first.wait_for()
    page.get_by_text("8 pairs of runs").wait_for()
    before = page.locator("code").first.inner_text()
    page.locator(".q-slider [tabindex]").first.focus()
    for shown in (
        "0.31",
        "0.32",
        "0.33",
        "0.34",
        "0.35",
    ):  # as a person would: each press is seen before the next
        page.keyboard.press("ArrowRight")
        page.locator(f".q-slider[aria-valuenow='{shown}']").first.wait_for()
    page.get_by_text("theory.bonds.g_soc=0.35").first.wait_for()
    assert "theory.bonds" not in before


def test_a_value_out_of_range_is_refused_beside_its_field(page, address):
    page.goto(f"{address}/market/bond_ladder")
    field = page.get_by_role("spinbutton", name="Growth of social bond")
    field.fill("7")
    field.press("Tab")
    page.get_by_role("alert").get_by_text("Allowed: 0 to 1").wait_for()


def test_a_whole_lesson_in_chinese(page, address):
    page.goto(f"{address}/lesson/10_broken_promise?language=zh")
    page.wait_for_function("document.documentElement.lang == 'zh-CN'")
    lock = page.get_by_role("button", name="锁定猜测并运行")
    assert lock.is_disabled()
    page.get_by_role("radio", name="更高").click()
    lock.click()
    page.get_by_text("你的猜测与运行结果不一致。").wait_for()
    page.get_by_role("button", name="运行那种情形").click()
    page.get_by_text("的利润高于").first.wait_for()
    page.evaluate(
        "document.querySelectorAll('.q-icon, pre').forEach(e => e.remove())"
    )  # names of pictures, the command
    assert "_" not in page.get_by_role("main").inner_text()


def test_a_download_is_run_again_to_the_same_numbers(page, address, tmp_path):
    page.goto(f"{address}/market/promise_and_trust")
    page.get_by_text("8 pairs of runs").wait_for()
    made = {}
    for name in ("Data (CSV)", "Configuration (YAML)", "Figure (SVG)", "Figure (PNG)"):
        page.get_by_role("button", name="Download").click()
        with page.expect_download() as told:
            page.get_by_text(name).click()
        made[name] = tmp_path / told.value.suggested_filename
        told.value.save_as(made[name])
    assert (
        made["Figure (PNG)"].read_bytes().startswith(b"\x89PNG")
        and b"<svg" in made["Figure (SVG)"].read_bytes()
    )
    command = page.locator("code").first.inner_text().split()
    import shlex

    words = shlex.split(" ".join(command))[2:]
    done = subprocess.run(
        [sys.executable, "-m", "sim", "run", *words, "report=none", f"out={tmp_path / 'r'}"], cwd=ROOT, capture_output=True,
        text=True, env=surroundings(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    import pandas as pd

    shown = pd.read_csv(made["Data (CSV)"])
    again = pd.read_parquet(tmp_path / "r/outcomes.parquet").query("firm == 'focal'")
    both = shown.merge(
        again.assign(period=again["period"] + 1), on=["seed", "arm", "period"], suffixes=("", "_again")
    )
    assert len(both) == len(shown) and (both["share"] == both["share_again"]).all()


def test_customers_are_played_and_one_of_them_tells_its_life(page, address):
    page.goto(f"{address}/customers/bond_ladder?arm=level_2")
    page.get_by_role("button", name="12 a second").click()
    page.get_by_role("button", name="Play").click()
    page.get_by_text(re.compile(r"^week [3-9][0-9]$")).first.wait_for()
    page.get_by_role("button", name="Pause").click()
    page.get_by_label("Customer number").fill("7")
    page.get_by_text("Customer 7", exact=True).wait_for()
    page.get_by_text("Trust (0 to 1)").wait_for()


def test_two_pages_stay_apart(browser, address):
    pages = [browser.new_page() for _ in range(2)]
    for one, value in zip(pages, ("0.1", "0.9"), strict=True):
        one.goto(f"{address}/market/bond_ladder")
        field = one.get_by_role("spinbutton", name="Growth of social bond")
        field.fill(value)
        field.press("Tab")
    for one, value in zip(pages, ("0.1", "0.9"), strict=True):
        one.get_by_text(f"theory.bonds.g_soc={value}").first.wait_for(timeout=WAIT)
        one.close()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", ["/", "/market/bond_ladder", "/customers/bond_ladder", "/lesson/05_contact"])
def test_no_letter_is_too_small_for_the_back_row(page, address, path, language):
    page.goto(f"{address}{path}?language={language}")
    page.get_by_role("heading").first.wait_for()
    small = page.evaluate("""() => [...document.querySelectorAll('main *, header *')]
        .filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType == 3 && n.textContent.trim()))
        .filter(e => parseFloat(getComputedStyle(e).fontSize) < 20 && !e.classList.contains('q-icon'))
        .map(e => e.tagName + ' ' + e.className + ': ' + e.textContent.slice(0, 40))""")
    assert small == []


def test_a_market_of_quarters_is_not_told_in_weeks(page, address):
    page.goto(f"{address}/market/toothpaste_1973")
    page.get_by_text(
        re.compile("^(Share|Profit|Retention|Satisfaction).* is |^It cannot be told")
    ).first.wait_for()
    shown = page.get_by_role("main").first.inner_text()
    assert "quarter" in shown and "week" not in shown.replace("theory", "")


def test_nobody_else_is_served(address):
    """A name that leads to this machine, as another site could use, is no address of the classroom."""
    request = urllib.request.Request(f"{address}/", headers={"Host": "classroom.example"})
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(request, timeout=20)


def test_a_port_in_use_is_named_with_the_next_free_one():
    with socket.socket() as used:
        used.bind(("127.0.0.1", 0))
        used.listen()
        at = used.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "sim", "app", "--no-browser", "--port", str(at)], cwd=ROOT, capture_output=True, text=True,
            env=surroundings(), timeout=120,
        )  # fmt: skip
    assert done.returncode == 2 and re.search(rf"port {at}\n  allowed: .* --port \d+", done.stderr), (
        done.stderr
    )
