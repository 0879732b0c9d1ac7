// The sheet of a register that a device shows while there is no network: it writes and cannot read. Each entry is sealed for the
// account whose pages were open here last ('siklus-away'); that account sees it on its own page, and sends it from there.
// It says by initials whose that is: whoever is somebody else must not write here.

import { CURVE, agreed } from './awaykeys.js';
import { base64, way } from './sealing.js';

const form = document.querySelector('form[data-entry]');
const line = document.querySelector('[data-kept-status]');
const words = form.dataset;
const slot = JSON.parse(localStorage['siklus-away'] ?? 'null');
let written = 0;

start();

function start() {
  form.hidden = !slot;
  if (!slot) { line.textContent = words.nobody; return; }
  form.querySelector('[data-whose]').textContent = slot.who ? words.owned.replace('{who}', slot.who) : words.last;
  form.elements.day.value = new Date().toLocaleDateString('sv'); // 2026-03-09, as the place of the device counts days
  form.addEventListener('submit', submitted);
  addEventListener('online', () => { if (!started()) location.reload(); });
}

const started = () => [...form.elements].some(({ type, value, defaultValue, name }) => name !== 'day' && type !== 'hidden' && defaultValue !== undefined && value !== defaultValue);

async function submitted(event) {
  event.preventDefault();
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === 'string');
  const told = form.querySelector('.form-section:not(:first-of-type) :is(input:not([type=hidden]), textarea)')?.value ?? '';
  const day = form.elements.day.value;
  const entry = { register: words.entry, name: words.register, day, told: told.slice(0, 80), pairs, key: crypto.randomUUID(), away: true };
  const prefix = `siklus:${slot.owner}:entry:`;
  const last = Object.keys(localStorage).filter((name) => name.startsWith(prefix)).sort().pop()?.slice(prefix.length) ?? 0;
  const name = prefix + `${Math.max(Date.now(), +last + 1)}`.padStart(15, '0');
  try {
    localStorage.setItem(name, await sealAway(slot, name, JSON.stringify(entry)));
  } catch {
    line.textContent = words.full;
    return;
  }
  form.reset();
  form.elements.day.value = day;
  form.querySelector('.form-section:not(:first-of-type) :is(input, textarea, select):not([type=hidden])')?.focus();
  line.textContent = words.kept.replace('{count}', ++written);
}

async function sealAway({ pub, priv }, name, text) {
  const own = await crypto.subtle.generateKey(CURVE, true, ['deriveKey']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(way(iv, name), await agreed(pub, own.privateKey, 'encrypt'), new TextEncoder().encode(text));
  const parts = [await crypto.subtle.exportKey('raw', own.publicKey), iv, sealed].map(base64);
  return `${Date.now()} away ${parts.join(' ')} ${priv}`;
}
