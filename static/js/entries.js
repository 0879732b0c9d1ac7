// Entries of registers, also without a network: what cannot be sent is kept on this device, and sent once it can be, in order.
// [data-kept] is the list of what waits (data-owner, data-keep: whose it is, and the key to it; words in its other attributes);
// <form data-entry="register"> adds one. In localStorage, under siklus:<account>:entry:<number>, sealed (sealing.js).
// Each has a key of its own, so that however often it is sent it comes to be once. What the server refuses stays, with its
// reasons, until somebody mends or drops it. Nobody else's are shown: another account brings neither the name nor the key.
// What was written on the sheet that opens without a network (away.js) waits until its owner has looked at it and sends it.

import './asking.js';
import { unsealAway } from './awaykeys.js';
import { opened } from './sealing.js';
import { BESIDE } from './showing.js';

const RETRY = [3, 8, 20, 45, 60], PATIENCE = 8000;
const box = document.querySelector('[data-kept]');
const form = document.querySelector('form[data-entry]');
const words = box?.dataset ?? {};
const { lang } = document.documentElement;
const prefix = `siklus:${words.owner}:entry:`;
let safe, timer, tries = 0, sending = '', mending = '', isOver = false;

// It asks for what it needs, and does without AbortSignal.timeout and requestSubmit (iOS 15); what has no randomUUID has no at() either.
// Anywhere else the form sends itself.
if (box && words.keep && crypto.subtle && crypto.randomUUID && navigator.locks) start();

async function start() {
  safe = await opened(words.keep);
  form?.addEventListener('submit', submitted, true); // before kit.js notes that the form was sent
  box.addEventListener('click', pressed);
  addEventListener('online', () => sync());
  document.addEventListener('visibilitychange', () => document.hidden || sync());
  if (form && location.hash.startsWith('#mend=')) await mend(prefix + location.hash.slice(6));
  else if (form && document.querySelector('.error-summary')) mending = sessionStorage.mending ?? '';
  if (!mending) delete sessionStorage.mending;
  await list();
  sync();
  if (words.prepare && !localStorage['siklus-away']?.includes(words.away)) import(words.prepare).catch(() => {}); // for the next time; without a network at another
}

const names = () => Object.keys(localStorage).filter((name) => name.startsWith(prefix)).sort();

async function read(name) {
  try {
    const kept = localStorage[name];
    return JSON.parse(await (/^\d+ away /.test(kept) ? unsealAway(safe, name, kept) : safe.unseal(name, kept)));
  } catch {
    return localStorage[name] ? { pairs: [], why: [words.lost] } : null; // sealed with an earlier secret: nobody can read it
  }
}

async function write(name, entry) {
  localStorage.setItem(name, await safe.seal(name, JSON.stringify(entry)));
}

// Adding: straight to the server where nothing waits; else, and where that does not answer, it waits with the others.
async function submitted(event) {
  if (form.dataset.shown) return; // refused just now: the server says why at each question
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.busy) return;
  form.dataset.busy = '1';
  const button = event.submitter;
  const entry = written();
  const first = names().every((name) => name === mending);
  if (!first || !await straight(entry, button)) await keep(entry);
  delete form.dataset.busy;
}

function written() {
  const pairs = [...new FormData(form)].filter(([name, value]) => !['csrf_token', 'key'].includes(name) && typeof value === 'string');
  const { selectedOptions, value } = asked() ?? {};
  const told = selectedOptions?.[0].textContent ?? value ?? '';
  return { register: form.dataset.entry, name: words.register, day: form.elements.day.value, told: told.slice(0, 80), pairs, key: form.elements.key.value };
}

// The first question, behind the day.
const asked = () => form.querySelector('.form-section:not(:first-of-type) :is(input, textarea, select):not([type=hidden])');

// True where the page has gone on: to the month, to the next one, or to the server's own answer.
async function straight(entry, button) {
  let answer;
  try {
    answer = await post(entry, form.elements.csrf_token.value, [['_page', '1']]);
  } catch {
    return false;
  }
  if (answer.status === 201) {
    done();
    location.assign(button?.value === 'again' ? `${form.action}?${new URLSearchParams({ day: entry.day, person: form.elements.person.value })}` : form.dataset.month.replace('{month}', entry.day.slice(0, 7)));
    return true;
  }
  if ([401, 409, 429].includes(answer.status) || answer.status >= 500) return false;
  form.dataset.shown = '1';
  button.click();
  return true;
}

function done() {
  if (mending) {
    localStorage.removeItem(mending);
    form.elements.key.value = crypto.randomUUID();
  }
  mending = '';
  delete sessionStorage.mending;
}

async function keep(entry) {
  const last = names().pop()?.slice(prefix.length) ?? 0;
  const name = mending || prefix + `${Math.max(Date.now(), +last + 1)}`.padStart(15, '0');
  try {
    await write(name, entry);
  } catch {
    say('full'); // the device has no room, or forbids it: what was typed stays in the form
    return;
  }
  const end = form.elements[form.dataset.end]?.value;
  mending = '';
  delete sessionStorage.mending;
  form.reset();
  form.elements.key.value = crypto.randomUUID();
  form.elements.day.value = entry.day;
  const start = form.elements[form.dataset.start];
  if (start && end) start.value = end; // the next one begins where this one ended
  asked()?.focus();
  say('kept');
  await list();
  later();
}

function post(entry, csrf, more = []) {
  const body = new URLSearchParams([...entry.pairs, ['key', entry.key], ['_owner', words.owner], ['csrf_token', csrf], ...more]);
  return patient(`/registers/${entry.register}/entries`, { method: 'POST', body });
}

function patient(path, more) {
  const patience = new AbortController();
  setTimeout(() => patience.abort(), PATIENCE);
  return fetch(path, { ...BESIDE, ...more, signal: patience.signal });
}

// Sending: one page of this browser at a time, the oldest first; an answer that does not come ends the round.
async function sync() {
  clearTimeout(timer);
  if (sending || isOver || !names().length) return;
  sending = 'all';
  const sent = await navigator.locks.request(`${prefix}send`, round).catch(() => 0);
  sending = '';
  await list();
  const [refused, away] = ['.is-refused', '.is-away'].map((each) => box.querySelectorAll(each).length);
  if (sent || refused || away) say(refused ? 'refused' : away ? 'away' : 'sent', refused || away || sent);
  if (sent && !form) location.reload(); // the month shows them
}

async function round() {
  const answer = await patient('/session').catch(() => null);
  if (!answer || answer.status >= 500) { later(); return 0; }
  const { owner, csrf } = answer.ok ? await answer.json() : {};
  if (owner !== words.owner) { stop(answer.ok ? 'other' : 'signedOut'); return 0; }
  for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = csrf;
  let sent = 0;
  for (const name of names()) {
    const entry = await read(name);
    if (!entry || entry.why || entry.away || name === mending) continue; // it waits for somebody
    sending = name;
    await list();
    const status = await send(name, entry, csrf);
    if (status === 201) sent++;
    else if (status !== 422) { if (status === 401) stop('signedOut'); else later(); break; }
  }
  return sent;
}

async function send(name, entry, csrf) {
  try {
    const answer = await post(entry, csrf);
    tries = 0;
    if (answer.status === 201) localStorage.removeItem(name);
    else if (answer.status === 422) await write(name, { ...entry, why: (await answer.json()).reasons });
    return answer.status;
  } catch {
    return 0;
  }
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(sync, RETRY[Math.min(tries++, RETRY.length - 1)] * 1000);
}

function stop(what) {
  isOver = what === 'other'; // the list is empty then
  say(what);
}

// The list: each with its day, its first words, its state; what was refused says why.
async function list() {
  const lines = [];
  for (const name of isOver ? [] : names()) {
    const entry = await read(name);
    if (entry) lines.push(line(name, entry));
  }
  box.querySelector('ol').replaceChildren(...lines);
  box.hidden = !lines.length;
  box.querySelector('[data-send]').hidden = lines.every((each) => each.matches('.is-refused'));
}

function line(name, entry) {
  const item = box.querySelector('template').content.firstElementChild.cloneNode(true);
  const put = (place, text) => { item.querySelector(`[data-${place}]`).textContent = text; };
  item.dataset.name = name;
  put('day', entry.day ? new Date(`${entry.day}T00:00`).toLocaleDateString(lang, { dateStyle: 'long' }) : '');
  put('what', [entry.name, entry.told].filter(Boolean).join(': '));
  put('state', entry.why ? words.refused : name === sending ? words.going : name === mending ? words.mending : entry.away ? words.alone : words.waiting);
  put('why', (entry.why ?? []).join(' '));
  item.querySelector('[data-why]').hidden = !entry.why;
  item.querySelector('[data-mend]').hidden = !entry.pairs.length;
  item.classList.toggle('is-away', !!entry.away);
  if (entry.why) {
    item.classList.add('is-refused');
    item.querySelector('[data-state]').classList.replace('tag-info', 'tag-bad');
  }
  return item;
}

async function pressed({ target }) {
  const name = target.closest('li')?.dataset.name;
  if (target.closest('[data-send]')) { await looked(); tries = 0; sync(); }
  else if (name && target.closest('[data-mend]')) await mend(name);
  else if (name && target.closest('[data-drop]')) {
    const ask = target.closest('[data-drop]');
    if (!ask.dataset.sure) { ask.dataset.sure = '1'; ask.textContent = words.sure; return; }
    if (name === mending) done();
    localStorage.removeItem(name);
    await list();
  }
}

// Whoever presses the button has the list before him: what was written without him goes along.
async function looked() {
  for (const name of names()) {
    const { away, ...entry } = await read(name);
    if (away) await write(name, entry);
  }
}

// Puts what was kept back into the form; what the form has no place for is shown by the server, with what is wrong.
async function mend(name) {
  const entry = await read(name);
  if (!entry?.pairs.length) return;
  if (form?.dataset.entry !== entry.register) { location.assign(`/registers/${entry.register}/add?${new URLSearchParams(entry.pairs.filter(([one]) => one === 'person'))}#mend=${name.slice(prefix.length)}`); return; }
  mending = sessionStorage.mending = name;
  if (!entry.pairs.every(([one]) => form.elements[one])) { submitPairs(entry); return; }
  const left = entry.pairs.slice();
  for (const field of form.elements) {
    if (['csrf_token', 'key'].includes(field.name) || field.type === 'submit') continue;
    const at = left.findIndex(([one, value]) => one === field.name && (!['checkbox', 'radio'].includes(field.type) || value === field.value));
    if (['checkbox', 'radio'].includes(field.type)) field.checked = at >= 0;
    else if (at >= 0) [[, field.value]] = left.splice(at, 1);
  }
  form.elements.key.value = entry.key; // its answer may have been lost alone: then it is there, and must not come twice
  form.elements.day.focus();
  say('mending');
  await list();
}

function submitPairs({ pairs, key }) {
  const whole = Object.assign(document.createElement('form'), { method: 'post', action: form.action, hidden: true });
  for (const [name, value] of [...pairs, ['csrf_token', form.elements.csrf_token.value], ['key', key]]) {
    whole.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  }
  document.body.append(whole);
  whole.submit();
}

function say(what, count = '') {
  document.querySelector('[data-kept-status]').textContent = (words[`say${what[0].toUpperCase()}${what.slice(1)}`] ?? '').replace('{count}', count);
}
