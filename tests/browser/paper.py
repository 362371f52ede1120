"""What Chromium puts on paper of a page, with tables made longer than a sheet."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROWS = 40
LONG = "https://www.example.gov.cn/" + "ABCDEFGHIJ" * 12
# Each table that is seen gets rows as its last one until it fills sheets; the last says that it is the last.
_FILL = """([rows, long]) => {
  const marks = [];
  for (const table of document.querySelectorAll('main table, .public table')) {
    const body = [...table.tBodies].filter((each) => each.rows.length).pop();
    if (!body || !table.checkVisibility() || table.matches('.month')) continue;
    for (let count = table.rows.length; count < rows; count++)
      body.append(body.rows[body.rows.length - 1].cloneNode(true));
    const last = body.rows[body.rows.length - 1];
    const cells = [...last.cells].filter((cell) => !cell.matches('.tick, .ops') && cell.checkVisibility());
    // What is long stands in the name of the row: the cell that shortens it, else the widest.
    const name = cells.find((cell) => cell.matches('.clip'))
      || cells.sort((one, other) => other.offsetWidth - one.offsetWidth)[0];
    if (!name) continue;
    const mark = `LAST${marks.length}ROW`;
    marks.push(mark);
    name.textContent = `${mark} ${long}`;
  }
  return marks;
}"""
_OVER = """() => {
  const wrong = [];
  const width = document.documentElement.clientWidth;
  for (const table of document.querySelectorAll('main table, .public table')) {
    if (!table.checkVisibility()) continue;
    if (table.getBoundingClientRect().right > width + 1) wrong.push(`a table is wider than the paper: ${table.className}`);
    for (const cell of table.querySelectorAll('th, td'))
      if (cell.checkVisibility() && cell.scrollWidth > cell.clientWidth + 1) {
        wrong.push(`“${cell.innerText.trim().slice(0, 30)}” runs into its neighbour`);
        break;
      }
  }
  return wrong;
}"""
WIDTH = 1031
"""A4 across less its margins, in pixels of the browser."""


def faults(page: Page) -> list[str]:
    """Return what is wrong with the page on paper: rows that are lost or cut, no numbers of pages.

    Neither the page nor the window is the same afterwards.
    """
    marks = page.evaluate(_FILL, [ROWS, LONG])
    if not marks:
        return []
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDTH, "height": 700})
    found: list[str] = page.evaluate(_OVER)
    data = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="null")
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    ).stdout
    sheets = text.decode().rstrip("\f").split("\f")
    whole = re.sub(r"\s+", "", "".join(sheets))
    found += [f"{mark} is not on paper" for mark in marks if mark not in whole]
    last = re.sub(r"\s+", "", sheets[-1])
    if f"第{len(sheets)}页共{len(sheets)}页" not in last:
        found.append(f"the last of {len(sheets)} sheets doesn't say so: {last[-30:]}")
    return found
