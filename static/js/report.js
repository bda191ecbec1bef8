// A report keeps itself as a draft while somebody types (register/reports). Without this file its buttons do that.
(() => {
  const AGAIN = 10_000; // milliseconds until it tries again
  const saver = (elt) => (elt && elt.matches && elt.matches("[data-offline]") ? elt : null);
  const on = (name, act) => document.addEventListener("htmx:" + name, act);
  const say = (elt, words) => { if (elt.textContent !== words) elt.textContent = words; };
  const retry = (elt) => { if (elt.isConnected && elt.failed) htmx.trigger(elt, "again"); };

  // What was not kept is tried again, for as long as the form is there.
  const fail = (elt, words) => {
    say(elt, words);
    elt.failed = true;
    clearTimeout(elt.timer);
    elt.timer = setTimeout(retry, AGAIN, elt);
  };

  document.addEventListener("input", ({ target }) => {
    const elt = target.form && target.form.querySelector("[data-offline]");
    if (elt) elt.dirty = true;
  });

  // Files go with the buttons only. Once a button was pressed, nothing more is kept beside it.
  on("configRequest", ({ detail }) => {
    if (!saver(detail.elt)) return;
    for (const [name, value] of [...detail.formData]) if (value instanceof File) detail.formData.delete(name);
  });
  on("beforeRequest", (event) => {
    const elt = saver(event.detail.elt);
    if (!elt) return;
    if (elt.closest("form").sent) { event.preventDefault(); return; }
    elt.busy = true;
    elt.dirty = false;
  });

  // An answer that is not about the draft, such as the page to sign in, is not put into the form.
  on("beforeOnLoad", (event) => {
    const { elt, xhr } = event.detail;
    if (!saver(elt) || xhr.getResponseHeader("X-Kept")) return;
    event.preventDefault();
    fail(elt, xhr.status >= 500 ? elt.dataset.offline : elt.dataset.refused);
    if (xhr.status < 500) elt.failed = false; // it will not fare better
  });
  on("afterRequest", ({ detail }) => {
    const elt = saver(detail.elt);
    if (!elt) return;
    const form = elt.closest("form");
    elt.busy = false;
    if (detail.successful && detail.xhr.getResponseHeader("X-Kept")) {
      elt.failed = false;
      for (const field of document.querySelectorAll("input[name=version]")) field.value = form.elements.version.value;
    } else elt.dirty = true;
    if (form.waiting) {
      const pressed = form.waiting;
      form.waiting = null;
      form.requestSubmit(pressed);
    }
  });
  on("sendError", ({ detail }) => { if (saver(detail.elt)) fail(detail.elt, detail.elt.dataset.offline); });
  addEventListener("online", () => document.querySelectorAll("[data-offline]").forEach(retry));

  // A button waits for what is being kept at that moment, so that the two never meet.
  document.addEventListener("submit", (event) => {
    const elt = event.target.querySelector("[data-offline]");
    if (!elt) return;
    if (elt.busy) {
      event.preventDefault();
      event.stopImmediatePropagation();
      event.target.waiting = event.submitter;
    } else event.target.sent = true;
  }, true);
  on("afterRequest", ({ detail }) => { if (detail.elt.matches("form")) detail.elt.sent = false; });
  addEventListener("pageshow", () => { for (const form of document.forms) form.sent = false; });

  // One form at a time stands open in a list; what was typed in the one before is kept first.
  on("beforeSwap", ({ detail }) => {
    if (!detail.target.matches(".place")) return;
    for (const place of document.querySelectorAll(".place")) {
      if (place === detail.target) continue;
      const elt = place.querySelector("[data-offline]");
      if (elt && elt.dirty) htmx.trigger(elt, "again");
      place.replaceChildren();
    }
  });
})();
