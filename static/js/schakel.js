// What htmx leaves to us: clean addresses, focus, and a word for who cannot see the change. All works without it.
(() => {
  const on = (name, act) => document.addEventListener("htmx:" + name, (event) => act(event.detail));

  // A filter that narrows nothing stays out of the address.
  on("configRequest", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });

  // Offers for somebody who types come too late once the results have the focus.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = event.detail;
    if (elt.id === "q" && document.activeElement !== elt) event.preventDefault();
  });

  // The other language shows the same list.
  on("pushedIntoHistory", ({ path }) => {
    const { search } = new URL(path, location.href);
    for (const link of document.querySelectorAll(".langs a")) link.search = search;
  });

  // Focus goes to the heading of what is new, and the live region says it.
  on("afterSettle", ({ target }) => {
    const place = target.classList.contains("place") && target;
    const part = place || document.getElementById(target.id) || document.querySelector("main");
    const heading = part.querySelector(place ? ".faults, h3" : target.id === "results" ? "h2" : "h1");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus();
    const live = document.getElementById("live");
    live.textContent = "";
    setTimeout(() => { live.textContent = part.dataset.announce || heading.textContent.trim(); }, 100);
  });

  // No answer at all: let the browser go there and say so itself.
  // Not from a form: what was typed stays.
  on("sendError", ({ elt, pathInfo }) => { if (!elt.closest("form[method=post]")) location.assign(pathInfo.finalRequestPath); });
})();
