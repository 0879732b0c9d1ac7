// Asks again how things stand while some of them still go: <span data-watch="/admin/jobs/now?of=…">. The server answers
// with fragments, among them a new data-watch, or none when everything is over. Quiet while nobody looks.

import { apply } from './fragments.js';

const EVERY = 1500, MOST = 30000;
let wait = EVERY;

setTimeout(look, EVERY);

async function look() {
  const watching = document.querySelector('[data-watch]');
  if (!watching) return;
  if (!document.hidden) wait = (await asked(watching.dataset.watch)) ? EVERY : Math.min(wait * 2, MOST);
  setTimeout(look, wait);
}

async function asked(address) {
  try {
    const answer = await fetch(address, { headers: { 'X-Fragment': '1' }, redirect: 'error' });
    if (answer.ok) apply(await answer.text());
    return answer.ok;
  } catch { return false; }
}
