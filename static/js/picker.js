// Search boxes of [data-picker] as comboboxes.

const list = Object.assign(document.createElement('ul'), { id: 'picker-list', role: 'listbox' });
let input, timer, at, asked = 0;

const isSearch = (node) => node.matches?.('[data-picker] [type=search]');
const part = (name) => input.closest('[data-picker]').querySelector(`[data-${name}]`);

function show(html = '') {
  list.innerHTML = html;
  input.ariaExpanded = !!html;
  mark();
}

function mark(next = -1) {
  list.querySelector('[aria-selected]')?.removeAttribute('aria-selected');
  const item = list.children[at = next];
  input.setAttribute('aria-activedescendant', item?.id ?? '');
  item?.setAttribute('aria-selected', true);
  item?.scrollIntoView({ block: 'nearest' });
}

async function ask() {
  const mine = ++asked, q = input.value.trim();
  const answer = q[1] && await fetch(`${input.form.dataset.matches}?${new URLSearchParams({ field: part('named').name, q })}`, { redirect: 'error' }).catch(() => 0);
  const html = answer?.ok && await answer.text();
  if (mine !== asked) return;
  show(html || '');
  const { found, failed } = part('said').dataset;
  part('said').textContent = answer?.ok ? found.replace('{count}', list.children.length) : q[1] ? failed : '';
}

function choose({ dataset }) {
  part('named').value = dataset.ref;
  part('words').textContent = dataset.label;
  part('picked').hidden = false;
  input.value = '';
  asked++;
  show();
  part('said').textContent = part('picked').textContent;
  part('named').dispatchEvent(new Event('input', { bubbles: true }));
}

const on = (kind, act, node = document) => node.addEventListener(kind, act, true);
on('focusin', ({ target }) => {
  if (target === input || !isSearch(target)) return;
  input = target;
  input.role = 'combobox';
  input.ariaAutoComplete = 'list';
  input.setAttribute('aria-controls', list.id);
  list.ariaLabel = input.labels[0].textContent;
  input.after(list);
  show();
});
on('focusout', ({ target }) => target === input && show());
const typed = (event) => {
  if (!isSearch(event.target)) return;
  event.stopPropagation();
  clearTimeout(timer);
  timer = setTimeout(ask, 250);
};
on('input', typed);
on('change', typed);
on('keydown', (event) => {
  const { key, target } = event, { length } = list.children;
  if (target !== input || !/^(Arrow(Up|Down)|Enter|Escape)$/.test(key)) return;
  event.preventDefault();
  if (key === 'Escape') show();
  else if (length && key === 'Enter') choose(list.children[Math.max(at, 0)]);
  else if (length) mark(key === 'ArrowDown' ? (at + 1) % length : (at < 1 ? length : at) - 1);
});
on('pointerdown', (event) => event.preventDefault(), list);
on('click', ({ target }) => choose(target.closest('li')), list);
document.documentElement.classList.add('pickers-live');
