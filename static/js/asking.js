// A form that nobody keeps while it is written, and whose questions follow its answers: <form data-asks="path">. The whole
// form is posted there after each change (header X-Fragment: 1), the answer is fragments of what is asked now (fragments.js).
// Without an answer nothing is lost: the server judges the form when it is sent.

import './kit.js';
import { BESIDE, adopting, left, snapshot, typed } from './showing.js';

const WAIT = 400; // ms after the last letter
const form = document.querySelector('form[data-asks]');
const adopt = adopting(form, ask);
let timer, turn = 0;

for (const kind of ['input', 'change']) form?.addEventListener(kind, changed);
form?.addEventListener('focusout', left);

function changed(event) {
  if (!typed(event)) return;
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
}

async function ask() {
  const mine = ++turn;
  const sent = snapshot(form);
  const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
  const answer = await fetch(form.dataset.asks, { ...BESIDE, method: 'POST', body }).catch(() => null);
  if (answer?.ok) {
    const html = await answer.text();
    if (mine === turn) adopt(html, sent);
  }
}
