// Forms that save themselves.
//   <form method="post" action="/send" data-live="/draft"> … {{ live_status() }} … </form>
// While somebody writes, the whole form is posted to data-live (header X-Fragment: 1), one request at a time. Answers:
//   200 saved, with fragments (fragments.js; the new `seen` by data-value)   422 not saved, with fragments that say why
//   401 signed out: the text stays   409 changed elsewhere: no further saving   else: tried again, later each time
// A button[name=do] posts at once with its value, unless rows.js can do it here. Any other button sends the form itself.

import { apply } from './fragments.js';

const WAIT = 1200;
const RETRY = [5, 10, 20, 40, 60];
const forms = new Map();

export function startLive() {
  for (const form of document.querySelectorAll('form[data-live]')) forms.set(form, { dirty: false, busy: false, again: null, then: null, tries: 0 });
  if (!forms.size) return;
  document.addEventListener('input', ({ target }) => changed(target.closest?.('form[data-live]')));
  document.addEventListener('change', ({ target }) => changed(target.closest?.('form[data-live]')));
  document.addEventListener('submit', submitted);
  addEventListener('beforeunload', warn);
  addEventListener('online', () => forms.forEach((state, form) => state.dirty && save(form)));
}

function changed(form) {
  const state = forms.get(form);
  if (!state || state.stopped) return;
  state.dirty = true;
  state.tries = 0;
  say(form, 'unsaved');
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(form), WAIT);
}

function submitted(event) {
  const state = forms.get(event.target);
  if (!state || event.defaultPrevented) return;
  if (event.submitter?.name === 'do') {
    event.preventDefault();
    save(event.target, event.submitter);
  } else if (state.busy) {
    event.preventDefault(); // the saving under way brings the version that this form must name
    state.then = event.submitter;
  } else {
    clearTimeout(state.timer);
    state.dirty = false; // the form itself is on its way; leaving needs no warning
  }
}

async function save(form, button) {
  const state = forms.get(form);
  clearTimeout(state.timer);
  if (state.busy) { state.again = { button }; return; }
  state.busy = true;
  state.dirty = false;
  say(form, 'saving');
  try {
    const answer = await fetch(button?.getAttribute('formaction') || form.dataset.live || form.getAttribute('action'), {
      method: 'POST', body: new FormData(form, button), headers: { 'X-Fragment': '1' }, redirect: 'error',
    });
    settle(form, state, answer.status, await answer.text());
  } catch {
    later(form, state);
  } finally {
    state.busy = false;
  }
  const { then, again: next } = state;
  state.then = state.again = null;
  if (then) return form.requestSubmit(then);
  if (next && !state.stopped) save(form, next.button);
}

function settle(form, state, status, html) {
  if (status === 200 || status === 422) {
    apply(html);
    state.tries = 0;
    say(form, state.dirty ? 'unsaved' : status === 200 ? 'saved' : 'refused');
  } else if (status === 401 || status === 409) {
    state.dirty = true;
    state.stopped = status === 409;
    say(form, status === 401 ? 'signed-out' : 'conflict');
  } else {
    later(form, state);
  }
}

function later(form, state) {
  state.dirty = true;
  say(form, 'offline');
  const seconds = RETRY[Math.min(state.tries++, RETRY.length - 1)];
  state.timer = setTimeout(() => save(form), seconds * 1000);
}

function say(form, what) {
  const line = form.querySelector('[data-live-status]');
  if (!line) return;
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' }).format(new Date());
  const words = line.dataset[what.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())] ?? '';
  line.dataset.state = what;
  line.textContent = words.replace('{time}', time);
}

function warn(event) {
  for (const state of forms.values()) if (state.dirty || state.busy) event.preventDefault();
}
