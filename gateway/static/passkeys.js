/* Passkeys: a form with data-passkey asks the browser to make one ("create") or to answer with one ("get"), then sends what it says. */

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const known = (list) => (list ?? []).map((entry) => ({ ...entry, id: bytes(entry.id) }));

const ask = {
  create: (options) => navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: known(options.excludeCredentials),
    },
  }),
  get: (options) => navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) },
  }),
};

const told = (credential) => {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  const extensions = credential.getClientExtensionResults();
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: extensions,
  });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const can = Boolean(window.PublicKeyCredential);
  for (const part of form.querySelectorAll("[data-with-passkeys]")) part.hidden = !can;
  for (const part of form.querySelectorAll("[data-without-passkeys]")) part.hidden = can;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failure = form.querySelector("[data-passkey-failure]");
    const button = form.querySelector("button");
    failure.hidden = true;
    button.disabled = true;
    try {
      let options = form.dataset.options && JSON.parse(form.dataset.options);
      if (form.dataset.optionsFrom) {
        const answer = await fetch(form.dataset.optionsFrom, { method: "POST", body: new URLSearchParams(new FormData(form)) });
        const begun = await answer.json();
        options = begun.options;
        form.elements.challenge_id.value = begun.challenge_id;
      }
      form.elements.credential.value = told(await ask[form.dataset.passkey](options));
      form.submit();
    } catch {
      failure.hidden = false;
      failure.focus();
      button.disabled = false;
    }
  });
}
