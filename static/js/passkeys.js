// Passkeys: asks the browser to make or use one, and sends what it answers as a plain form post.
//
//   <form method="post" data-passkey="create" (or "get") hidden
//         data-options="{…}"  or  data-options-from="/address" (a POST of this form's fields that answers with JSON)
//         data-cancelled="…" data-exists="…" data-failed="…">
//     <input type="hidden" name="credential"> … <button>…</button> <p role="alert" data-passkey-error></p>
//   </form>
//
// Such a form stays hidden where the browser knows no passkeys, and [data-passkey-missing] says what is needed.
(() => {
  const supported = window.isSecureContext && window.PublicKeyCredential && navigator.credentials;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

  const text = (buffer) => {
    const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  // JSON holds base64url where the browser wants bytes.
  const readOptions = (json) => {
    const options = { ...json, challenge: bytes(json.challenge) };
    if (json.user) options.user = { ...json.user, id: bytes(json.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (json[list]) options[list] = json[list].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return options;
  };

  const writeCredential = ({ id, rawId, type, authenticatorAttachment, response }) => {
    const parts = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[part]) parts[part] = text(response[part]);
    }
    if (response.getTransports) parts.transports = response.getTransports();
    const written = { id, rawId: text(rawId), type, response: parts, clientExtensionResults: {} };
    if (authenticatorAttachment) written.authenticatorAttachment = authenticatorAttachment;
    return JSON.stringify(written);
  };

  const optionsOf = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const body = new URLSearchParams(new FormData(form));
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.dataset.optionsFrom, { method: "POST", body, headers });
    const found = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(`options: ${answer.status}`), found); // told: from when it may be
    return found;
  };

  const explain = (form, error) => {
    const { cancelled, exists, failed } = form.dataset;
    const said = { NotAllowedError: cancelled, AbortError: cancelled, InvalidStateError: exists }[error.name];
    form.querySelector("[data-passkey-error]").textContent = said || error.told || failed;
  };

  const ask = async (form, button) => {
    if (!form.checkValidity()) return form.submit(); // the register says what is missing, before a passkey is made
    button.disabled = true;
    form.querySelector("[data-passkey-error]").textContent = "";
    try {
      const publicKey = readOptions(await optionsOf(form));
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = writeCredential(credential);
      form.submit(); // does not come by here again
    } catch (error) {
      explain(form, error);
    } finally {
      button.disabled = false;
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!supported) break;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form, event.submitter || form.querySelector("button"));
    });
  }
  if (supported) for (const note of document.querySelectorAll("[data-passkey-missing]")) note.hidden = true;
})();
