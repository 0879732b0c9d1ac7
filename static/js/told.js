// News on an open page: <a data-told="2"> is the bell with so many unread. What a stream of events says is put in place;
// where the server has no room for a stream it ends at once, and the browser asks again by itself. Quiet while nobody looks.

import { apply } from './fragments.js';

const bell = document.querySelector('[data-told]');
let source;

function listen() {
  source?.close();
  if (document.hidden) return;
  source = new EventSource('/notices/stream');
  source.onmessage = ({ data, lastEventId }) => {
    if (lastEventId === bell.dataset.told) return;
    bell.dataset.told = lastEventId;
    apply(data);
  };
}

if (bell) {
  document.addEventListener('visibilitychange', listen);
  listen();
}
