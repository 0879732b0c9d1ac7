// Passkeys: <form data-passkey="create|get" data-options="…"> stays hidden where the browser has none. Its button asks
// the device, puts what it answers into the field `made` or `credential`, and sends the form. [data-passkey-error] says when the
// device did not answer.

import './kit.js';

const octets = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

function asked(options) {
  const known = (list) => (list ?? []).map((each) => ({ ...each, id: octets(each.id) }));
  const found = { ...options, challenge: octets(options.challenge) };
  if (options.user) found.user = { ...options.user, id: octets(options.user.id) };
  if (options.allowCredentials) found.allowCredentials = known(options.allowCredentials);
  if (options.excludeCredentials) found.excludeCredentials = known(options.excludeCredentials);
  return found;
}

function answered(made) {
  const response = { clientDataJSON: text(made.response.clientDataJSON) };
  for (const name of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  if (made.response.getTransports) response.transports = made.response.getTransports();
  return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
}

async function show(form) {
  const problem = form.querySelector('[data-passkey-error]');
  problem.hidden = true;
  try {
    const made = await navigator.credentials[form.dataset.passkey]({ publicKey: asked(JSON.parse(form.dataset.options)) });
    (form.elements.made ?? form.elements.credential).value = JSON.stringify(answered(made));
    form.submit();
  } catch {
    problem.hidden = false;
  }
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  for (const note of document.querySelectorAll('[data-no-passkey]')) note.hidden = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    show(form);
  });
}
