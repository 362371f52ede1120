"""What a page must look like on the two screens of an office: measured in the browser, told in lines."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

from tests.effort import THOROUGH

if TYPE_CHECKING:
    from playwright.sync_api import Page

SMALL, LARGE = (1366, 768), (1920, 1080)
SIZES = (SMALL, LARGE)
ROWS = 10
"""Rows of a list that the first view of the small screen shows whole."""

ENGLISH = {
    *("PDF", "xlsx", "xls", "csv", "CSV", "Excel", "WPS", "OFD", "SHA", "SM3", "KB", "MB", "GB"),
    *("JPG", "PNG", "pdf", "docx", "doc", "pptx", "zip"),
    *("UTF", "IP", "ID", "QR", "OK"),
}
"""Names of formats, methods and units that have no Chinese one in an office."""

# What is seen or read aloud: text, titles, hints in fields, names of buttons.
_WORDS = """() => {
  const said = [document.title, document.body.innerText];
  for (const one of document.querySelectorAll('[placeholder], [title], [aria-label], [alt]'))
    for (const name of ['placeholder', 'title', 'aria-label', 'alt']) said.push(one.getAttribute(name) || '');
  for (const one of document.querySelectorAll('input[type=submit], input[type=button]')) said.push(one.value);
  return said.join('\\n');
}"""
_CUT = """() => {
  const wrong = [], say = (one, what) => wrong.push(`“${one.innerText.trim()}” ${what}`);
  for (const one of document.querySelectorAll('.button.primary')) {
    if (!one.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    one.scrollIntoView({block: 'nearest'});
    const box = one.getBoundingClientRect();
    if (!box.width) continue;
    if (box.left < 0 || box.right > innerWidth) say(one, 'is cut by the edge of the window');
    for (let outer = one.parentElement; outer; outer = outer.parentElement) {
      const style = getComputedStyle(outer), frame = outer.getBoundingClientRect();
      if (/hidden|clip/.test(style.overflowX) && (box.left < frame.left - 1 || box.right > frame.right + 1))
        say(one, `is cut at the side by ${outer.tagName} ${outer.className}`);
      if (/hidden|clip/.test(style.overflowY) && (box.top < frame.top - 1 || box.bottom > frame.bottom + 1))
        say(one, `is cut from above or below by ${outer.tagName} ${outer.className}`);
    }
    for (const [x, y] of [[.5, .5], [.5, .1], [.5, .9], [.05, .5], [.95, .5]]) {
      const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      if (hit && (one.contains(hit) || hit.contains(one) && !hit.matches('.closing'))) continue;
      say(one, hit ? `lies behind ${hit.tagName} ${hit.className}` : 'is out of view when scrolled to');
      break;
    }
  }
  scrollTo(0, 0);
  return wrong;
}"""
# How many rows of a list stand whole in the first view, and how many would if it were long enough.
_ROWS = """() => [...document.querySelectorAll('section.card.list')].map(list => {
  const rows = [...list.querySelectorAll('table > tbody > tr:not(.group)')].map(row => row.getBoundingClientRect());
  const bar = document.querySelector('.closing'), edge = innerHeight;
  const bottom = bar && getComputedStyle(bar).position === 'sticky' ? edge - bar.offsetHeight : edge;
  if (!rows.length) return null;
  const height = rows.reduce((sum, row) => sum + row.height, 0) / rows.length;
  return {
    rows: rows.length, whole: rows.filter(row => row.bottom <= bottom).length,
    room: Math.floor((bottom - rows[0].top) / height), height: Math.round(height), top: Math.round(rows[0].top),
  };
})"""
_EMPTY = "() => { const main = document.querySelector('main'); return !main || !main.innerText.trim(); }"
_STYLES = "() => [...document.querySelectorAll('[style], style')].map(one => one.outerHTML.slice(0, 120))"
_WIDE = "() => document.documentElement.scrollWidth - innerWidth"


# Three quarters of axe's time go into the contrast of each cell of each row. It hangs on how a text and all that it
# stands in are drawn: of what is drawn alike one is marked, and nothing that was found good on an earlier page.
_CONTRASTS = """(known) => {
  const seen = new Set(known), fresh = [], drawn = new Map();
  const look = (one) => {
    if (!one) return '';
    if (!drawn.has(one)) {
      const style = getComputedStyle(one);
      drawn.set(one, [one.tagName, one.getAttribute('class'), style.color, style.backgroundColor,
        style.backgroundImage, style.opacity, style.fontSize, style.fontWeight, style.textShadow, style.filter,
        style.mixBlendMode, style.position, style.zIndex, one.matches(':disabled, [aria-disabled=true]'),
        look(one.parentElement)].join('|'));
    }
    return drawn.get(one);
  };
  const digest = (text) => {
    let [high, low] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < text.length; at++) {
      high = Math.imul(high ^ text.charCodeAt(at), 2654435761);
      low = Math.imul(low ^ text.charCodeAt(at), 1597334677);
    }
    return `${high >>> 0}.${low >>> 0}`;
  };
  for (const one of document.body.querySelectorAll('*')) {
    const says = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim());
    if (!says && !one.matches('input, select, textarea, button')) continue;
    if (!one.checkVisibility({visibilityProperty: true})) continue;
    const name = digest(look(one));
    if (seen.has(name)) continue;
    seen.add(name);
    fresh.push(name);
    one.setAttribute('data-contrast', '');
  }
  return fresh;
}"""
_MARKED = "axe.configure({rules: [{id: 'color-contrast', selector: '[data-contrast]'}]});"
_contrasts: set[str] = set()
"""How texts are drawn whose contrast was found good in this process."""


@cache
def _axe() -> Axe:
    return Axe()


@cache
def _axe_for_marked() -> Axe:
    return Axe(f"{_axe().axe_script};{_MARKED}")


def violations(page: Page, **options: Any) -> list[str]:
    """Return what axe objects to on a page, a line each; ``bin/test --all`` measures the contrast of every text."""
    # Preloading makes axe fetch and inject style sheets, which the policy rightly refuses.
    chosen = {"preload": False, "resultTypes": ["violations"], **options}
    fresh = [] if THOROUGH else page.evaluate(_CONTRASTS, sorted(_contrasts))
    axe = _axe() if THOROUGH else _axe_for_marked()
    found = axe.run(page, options=chosen).response["violations"]
    if not any(one["id"] == "color-contrast" for one in found):
        _contrasts.update(fresh)
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def misfits(page: Page) -> list[str]:
    """Return how a page does not fit its window: it goes sideways, or a main button is cut or hidden."""
    beyond = page.evaluate(_WIDE)
    found = [f"goes {beyond} px sideways"] if beyond > 0 else []
    return found + [f"button {line}" for line in page.evaluate(_CUT)]


def short_lists(page: Page, wanted: int = ROWS) -> list[str]:
    """Return the lists whose first view shows fewer rows; one that has fewer must leave room for them."""
    return [
        f"list shows {found['whole']} of {found['rows']} rows and has room for {found['room']}, not {wanted}"
        f" (first row at {found['top']} px, rows of {found['height']} px)"
        for found in page.evaluate(_ROWS)
        if found and found["whole" if found["rows"] >= wanted else "room"] < wanted
    ]


def inline_styles(page: Page) -> list[str]:
    """Return elements that bring their own style."""
    return [f"inline style: {html}" for html in page.evaluate(_STYLES)]


def is_empty(page: Page) -> bool:
    """Whether there is nothing in the main part of a page."""
    return bool(page.evaluate(_EMPTY))


def english(page: Page, data: Collection[str] = ()) -> list[str]:
    """Return words in Latin letters that an office would not use; ``data`` are names that are rows' own."""
    text = str(page.evaluate(_WORDS))
    for name in sorted(data, key=len, reverse=True):
        text = text.replace(name, " ")
    # Digests and codes are no words.
    text = re.sub(r"\b(?=\w*\d)[\w-]+\b", " ", text, flags=re.ASCII)
    return sorted(set(re.findall(r"[A-Za-z]{2,}", text)) - ENGLISH)
