"""Whether a page in the browser serves everyone: what axe finds, and whether it fits a narrow screen and large text.

Most of the time of axe goes into contrast, which it measures anew for every line of a list. So of all text with the
same ink, size and weight on the same papers one is measured; every other rule looks at the whole page.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ("color-contrast", "link-in-text-block")
NARROW = (*COLOURS, "target-size", "scrollable-region-focusable", "meta-viewport")  # what the width can change
_AXE = Axe().axe_script

# What sticks out to the right of the window, if anything makes it scroll sideways.
SIDEWAYS = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 120))"""
# As if the reader had set the browser's own text size to twice what it was.
_TWICE = """() => { const root = document.documentElement;
  root.style.fontSize = 2 * parseFloat(getComputedStyle(root).fontSize) + "px"; }"""
# The text that is measured: the first of each kind. An element that is not shown stands for none that is.
_INKS = """
const PLAIN = { backgroundColor: "rgba(0, 0, 0, 0)", backgroundImage: "none", opacity: "1", filter: "none",
  mixBlendMode: "normal", position: "static" };
const papers = new Map([[null, ""]]);
function paper(one) {
  if (!papers.has(one)) {
    const style = getComputedStyle(one);
    const own = Object.keys(PLAIN).filter((name) => style[name] !== PLAIN[name]).map((name) => name + style[name]);
    papers.set(one, paper(one.parentElement) + own.join());
  }
  return papers.get(one);
}
function inks() {
  const found = new Map();
  for (const one of document.querySelectorAll("body *")) {
    const text = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if ((text || one.matches("input, select, textarea")) && one.checkVisibility()) {
      const { color, fontSize, fontWeight, textShadow } = getComputedStyle(one);
      const kind = [color, fontSize, fontWeight, textShadow, one.matches(":disabled"), paper(one)].join();
      if (!found.has(kind)) found.set(kind, one);
    }
  }
  return [...found.values()];
}
"""
_RUN = f"""async (options) => {{
{_INKS}
const told = ({{ violations }}) => violations.flatMap(({{ id, nodes }}) =>
  nodes.map((node) => `${{id}}: ${{node.html.slice(0, 200)}} ${{node.failureSummary}}`));
const contrast = {{ ...options, runOnly: {{ type: "rule", values: ["color-contrast"] }}, rules: {{}} }};
const found = told(await axe.run(options));
return found.concat(told(await axe.run({{ include: inks() }}, contrast)));
}}"""


def bring(context: BrowserContext) -> None:
    """Have axe at hand on every page of `context` from now on: it is read once, and begins where `faults` asks."""
    context.add_init_script(f"window.beginAxe = function () {{ {_AXE}\n }}")


def faults(page: Page, *rules: str) -> list[str]:
    """What axe finds on the page, of all rules or of those named, contrast always among them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate("beginAxe()" if page.evaluate("'beginAxe' in window") else _AXE)
    others = [rule for rule in rules if rule != "color-contrast"]
    only = {"type": "rule", "values": others} if rules else {"type": "tag", "values": TAGS}
    options = {"runOnly": only, "rules": {} if rules else {"color-contrast": {"enabled": False}}}
    found: list[str] = page.evaluate(_RUN, {**options, "preload": False, "resultTypes": ["violations"]})
    return found


def fits(page: Page) -> None:
    """The page does not scroll sideways, neither on a narrow screen nor with large text."""
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(SIDEWAYS) == [], f"{page.url} at 320 pixels"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate(_TWICE)
    assert page.evaluate(SIDEWAYS) == [], f"{page.url} with text twice as large"
