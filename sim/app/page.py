"""The frame of every page: size of type, colours, language, header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from nicegui import ui

from sim.app.texts import LANGUAGES, Texts, texts

#: Type grows with the window: 16 px on a laptop, 20 px and more on a projector of 1,920 pixels; nothing is smaller.
STYLE = """
html { font-size: clamp(16px, 1.06vw, 30px); }
body, .q-btn, .q-field, .q-field__native, .q-field__label, .q-item, .q-expansion-item, .q-tab, .q-badge, .q-chip,
.q-tooltip, .q-field__messages, .q-field__bottom, .q-notification, .q-slider__text, .q-checkbox__label
  { font-size: 1rem; line-height: 1.4; }
.nicegui-content { padding: 1rem 2vw; gap: .8rem; max-width: 100%; }
.h1 { font-size: 1.9rem; line-height: 1.25; font-weight: 600; margin: 0; }
.h2 { font-size: 1.35rem; line-height: 1.3; font-weight: 600; margin: .6rem 0 0; }
.verdict { font-size: 1.7rem; line-height: 1.3; font-weight: 600; }
.quiet { opacity: .82; }
.wide { width: 100%; }
.side { width: min(26rem, 100%); flex: 0 0 auto; }
.main { flex: 1 1 30rem; min-width: 0; }
.card { width: 24rem; max-width: 100%; }
:focus-visible { outline: 3px solid #D55E00; outline-offset: 2px; }
.q-field--labeled .q-field__control { min-height: 4.2rem; }
.q-field--labeled .q-field__control-container, .q-field--labeled .q-field__native { padding-top: 1rem; }
.q-field--labeled input.q-field__native { padding-top: 1.7rem; padding-bottom: .4rem; }
.page { display: flex; flex-direction: column; gap: .8rem; width: 100%; }
.q-field--float .q-field__label { transform: translateY(-62%); max-width: 100%; }
.q-field__label { top: 1.35rem; }
body { font-family: Roboto, "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Source Han Sans SC", sans-serif; }
body.body--dark .q-field__label, body.body--dark .q-field__native { color: #eee; }
"""


@contextmanager
def frame(language: str, here: str, title: str) -> Iterator[Texts]:
    """The header, and below it what is made in this block; ``here`` is the page's path without its language."""
    t = texts(language if language in LANGUAGES else "en")
    other = next(name for name in LANGUAGES if name != t.language)
    ui.add_css(STYLE)
    ui.page_title(f"{title} · {t('app.name')}")
    dark = ui.dark_mode()
    ui.run_javascript(f"document.documentElement.lang = {'zh-CN' if t.language == 'zh' else 'en'!r}")
    with ui.header().classes("items-center justify-between q-px-lg q-py-sm").style("background:#123d5c"):
        ui.link(f"关系 {t('app.name')}", link("/", t)).classes("text-white text-bold no-underline")
        with ui.row().classes("items-center"):
            ui.link(t("app.home"), link("/", t)).classes("text-white")
            ui.button(t("app.dark"), on_click=lambda: dark.toggle()).props("flat no-caps text-color=white")
            ui.link(t("app.language"), f"{here}?language={other}").classes("text-white").mark("language")
    with ui.element("div").classes("page"):
        yield t


def matching(search: ui.input, found: Iterable[tuple[str, ui.element]]) -> bool:
    """Show the elements whose text has every word that is searched for; True if any words are."""
    words = (search.value or "").lower().split()
    for text, element in found:
        element.visible = all(word in text for word in words)
    return bool(words)


def heading(text: str, level: int) -> ui.label:
    """A heading for readers and for programmes that read aloud; the text is no markup."""
    return ui.label(text).classes(f"h{level}").props(f"role=heading aria-level={level}")


def link(path: str, t: Texts) -> str:
    """The address of a page in the language that is read."""
    return f"{path}?language={t.language}"
