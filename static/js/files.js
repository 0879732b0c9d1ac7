// Uploads evidence in pieces and goes on after a cut, also when the same file is chosen again (fields/file.html).
// As tus: POST begins, PATCH adds at Upload-Offset, HEAD tells it; POST …/judgement answers the entry, DELETE cancels.

const PIECE = 1 << 20;
const acts = {
  upload: (box) => pick(box, { multiple: true, accept: box.dataset.accept }),
  camera: (box) => pick(box, { capture: 'environment', accept: 'image/jpeg' }),
  again: () => dispatchEvent(new Event('online')), // whoever waits for the network goes on
  cancel: stop,
  drop: remove,
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-files] button');
  const act = acts[button?.value.split(':')[0]];
  if (!act) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act(button.closest('[data-files]'), button.closest('li'));
}, true);

function pick(box, wanted) {
  const input = Object.assign(document.createElement('input'), { type: 'file', ...wanted });
  input.onchange = () => [...input.files].forEach((file) => take(box, file));
  input.click();
}

function take(box, file) {
  const list = box.querySelector('ul');
  const row = box.querySelector('template').content.firstElementChild.cloneNode(true);
  const job = { box, file, row, key: [location.pathname, field(box), file.name, file.size, file.lastModified].join() };
  row.job = job;
  row.querySelector('.file-name').textContent = file.name;
  row.querySelector('progress').max = file.size;
  list.append(row);
  if (list.children.length > box.dataset.most) refuse(job, row.dataset.many);
  else if (file.size > box.dataset.octets) refuse(job, row.dataset.large);
  else run(job);
}

async function run(job) {
  for (job.tries = 0; !job.gone; job.tries++) {
    try {
      say(job, 'going');
      return await send(job);
    } catch (failed) {
      if (failed.words) return refuse(job, failed.words);
      say(job, 'cut', true);
      await new Promise((go) => { setTimeout(go, Math.min(2 ** job.tries, 20) * 1000); addEventListener('online', go, { once: true }); });
    }
  }
}

// Throws for a cut; with words for a refusal.
async function send(job) {
  const { box, file, key } = job;
  const bar = job.row.querySelector('progress');
  job.url ??= localStorage[key];
  let answer = job.url && await ask(job.url, 'HEAD');
  if (!answer?.ok) {
    answer = await ask(box.closest('form').dataset.uploads, 'POST', new URLSearchParams({ field: field(box), name: file.name, size: file.size }));
    job.url = localStorage[key] = answer.headers.get('Location');
  }
  for (let at; (at = Number(answer.headers.get('Upload-Offset'))) < file.size; job.tries = 0) {
    bar.value = at;
    if (job.gone) return;
    answer = await ask(job.url, 'PATCH', file.slice(at, at + PIECE), { 'Upload-Offset': at, 'Content-Type': 'application/offset+octet-stream' });
  }
  bar.removeAttribute('value');
  say(job, 'judging');
  box.at ??= box.querySelectorAll('li').length;
  answer = await ask(`${job.url}/judgement`, 'POST', new URLSearchParams({ name: `${field(box)}-${box.at++}` }));
  const entry = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('li');
  say(job, 'clean');
  delete localStorage[key];
  if (box.isConnected) job.row.replaceWith(entry);
  else document.getElementById(box.id)?.querySelector('ul').append(entry);
  changed(entry, entry.querySelector('input:not([type=hidden])'));
}

async function ask(url, method, body, headers) {
  const token = document.querySelector('[name=csrf_token]').value;
  const answer = await fetch(url, { method, body, headers: { ...headers, 'X-CSRFToken': token, 'X-Fragment': '1' } });
  if (answer.status === 422) throw { words: await answer.text() };
  if (answer.ok || ['PATCH409', 'HEAD404'].includes(method + answer.status)) return answer;
  throw answer;
}

function say({ box, row }, what, again = false) {
  row.querySelector('.file-state span').textContent = box.querySelector('[role=status]').textContent = row.dataset[what] ?? what;
  row.querySelector('[value=again]').hidden = !again;
}

function refuse(job, words) {
  delete localStorage[job.key];
  job.row.classList.add('file-bad');
  job.row.querySelector('progress').remove();
  say(job, words);
}

function stop(box, row) {
  const { job } = row;
  job.gone = true;
  delete localStorage[job.key];
  if (job.url) ask(job.url, 'DELETE').catch(() => {});
  remove(box, row);
}

function remove(box, row) {
  row.remove();
  changed(box);
}

function changed(box, focus = box.querySelector('[value^=upload]')) {
  box.dispatchEvent(new Event('input', { bubbles: true }));
  focus?.focus();
}

const field = (box) => box.querySelector('[value^=upload]').value.slice(7);
