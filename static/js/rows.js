// Rows of tables: added, copied, moved, dragged, removed and brought back at once, with running totals. The server does the
// same for the same buttons without JavaScript; its totals count. The markup is that of templates/fields/table.html.

const NUMBERED = ['name', 'id', 'for', 'value', 'aria-describedby', 'aria-labelledby', 'formaction'];
const NUMBERS = `:is(${NUMBERED.map((name) => `[${name}]`)}):not(option), [data-n]`;
const acts = { add, remove, copy, restore, up: (box, row, held) => move(box, row, -1, held), down: (box, row, held) => move(box, row, 1, held) };
let undone; // { table, at, row }: what was removed last

document.addEventListener('click', clicked);
document.addEventListener('keydown', pressed);
document.addEventListener('pointerdown', drag);
document.addEventListener('input', ({ target }) => { const box = target.closest?.('[data-rows]'); if (box) total(box); });
document.addEventListener('swapped', begin);
begin();

// Also after fragments of the server came in: what was removed can still be brought back.
function begin() {
  for (const box of document.querySelectorAll('[data-rows]')) {
    box.dataset.on = '';
    total(box);
    if (undone?.table === box.dataset.rows && !box.querySelector('.rows-undo')) offer(box);
  }
}

function clicked(event) {
  const button = event.target.closest?.('button[name=do]');
  const box = button?.closest('[data-rows]');
  const word = button?.value.split(':')[0];
  if (!box || !acts[word] || (word === 'restore' && !undone)) return;
  event.preventDefault();
  if (/add|copy|restore/.test(word) && rows(box).length >= box.dataset.rowsMax) return say(box, 'full');
  acts[word](box, button.closest('[data-row]'), button);
}

function pressed(event) {
  const { target, key } = event;
  const row = target.closest?.('[data-row]');
  if (!row?.closest('[data-rows]')) return;
  const by = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (key === 'Enter' ? target.matches('input') : event.altKey && by) event.preventDefault();
  if (event.altKey && by) move(row.closest('[data-rows]'), row, by, target);
}

function add(box) {
  body(box).append(blank(box, 'blank'));
  arrived(box, rows(box).pop());
}

function copy(box, row) {
  const twin = row.cloneNode(true);
  const from = fields(row);
  fields(twin).forEach((field, i) => { field.value = from[i].value; field.checked = from[i].checked; });
  row.after(twin);
  arrived(box, twin);
}

function arrived(box, row) {
  settle(box);
  for (const menu of row.querySelectorAll('[data-menu]')) menu.open = false;
  (fields(row).find(({ type }) => type !== 'hidden') ?? row).focus();
  say(box, 'added', row);
}

function remove(box, row) {
  const all = rows(box);
  const at = all.indexOf(row);
  if (all.length <= box.dataset.rowsMin) return say(box, 'few');
  say(box, 'removed', row);
  row.remove();
  undone = { table: box.dataset.rows, at, row };
  settle(box);
  offer(box);
  // The focus goes to the next row: it must never fall to the top of the page.
  (rows(box)[at] ?? rows(box).pop() ?? box).querySelector('[data-menu] > summary, [value^="remove:"], [value^="add:"]').focus();
}

function offer(box) {
  document.querySelectorAll('.rows-undo').forEach((old) => old.remove());
  const line = blank(box, 'undone');
  line.querySelector('p').textContent = words(box, 'removed', undone.at);
  body(box).insertBefore(line, rows(box)[undone.at] ?? null);
}

function restore(box) {
  const { at, row } = undone;
  undone = null;
  box.querySelector('.rows-undo').remove();
  body(box).insertBefore(row, rows(box)[at] ?? null);
  arrived(box, row);
}

function move(box, row, by, held) {
  const all = rows(box);
  const other = all[all.indexOf(row) + by];
  if (!other) return;
  other[by < 0 ? 'before' : 'after'](row);
  settle(box);
  held.focus();
  say(box, 'moved', row);
}

// The others step aside: the row that is held must stay in the page, or the pointer would lose it.
function drag(event) {
  const handle = event.target.closest?.('[data-grip]');
  if (!handle || event.button) return;
  event.preventDefault();
  const row = handle.closest('[data-row]');
  const box = row.closest('[data-rows]');
  const middle = (other) => { const { top, height } = other.getBoundingClientRect(); return top + height / 2; };
  handle.setPointerCapture(event.pointerId);
  row.classList.add('row-held');
  handle.onpointermove = ({ clientY }) => {
    const all = rows(box);
    const at = all.indexOf(row);
    if (at && clientY < middle(all[at - 1])) row.after(all[at - 1]);
    else if (all[at + 1] && clientY > middle(all[at + 1])) row.before(all[at + 1]);
    if (clientY < 70 || clientY > innerHeight - 90) scrollBy(0, clientY < 70 ? -14 : 14);
  };
  handle.onlostpointercapture = () => {
    handle.onpointermove = handle.onlostpointercapture = null;
    row.classList.remove('row-held');
    settle(box);
    say(box, 'moved', row);
  };
}

// Numbers the rows that changed their place, then lets the form know.
function settle(box) {
  const name = box.dataset.rows;
  const place = new RegExp(`(^|[^\\w])(${name}[-.:])(?:\\d+|__n__)(?!\\w)`, 'g');
  // Radios of two rows share a name for a moment while they are renumbered, which would uncheck one of them.
  const chosen = box.querySelectorAll('input:checked');
  rows(box).forEach((row, i) => {
    if (row.dataset.at === `${i}`) return;
    row.dataset.at = i;
    for (const node of [row, ...row.querySelectorAll(NUMBERS)]) {
      for (const key of NUMBERED) {
        const value = node.getAttribute(key);
        if (value && (key !== 'value' || node.name === 'do')) node.setAttribute(key, value.replace(place, `$1$2${i}`));
      }
      if (node.dataset?.n !== undefined) node.textContent = i + 1;
    }
  });
  for (const pick of chosen) pick.checked = true;
  box.dispatchEvent(new Event('input', { bubbles: true }));
}

// Whole millionths: sums of decimals stay exact.
function total(box) {
  for (const shown of box.querySelectorAll('[data-sum]')) {
    const { sum, expected, unit, must } = shown.dataset;
    const all = [...box.querySelectorAll(`[data-row] [name$="-${sum}"]`)].reduce((before, { value }) => before + read(value), 0);
    const wrong = expected && all !== read(expected);
    shown.className = `sum${wrong ? ' sum-wrong' : expected ? ' sum-right' : ''}`;
    shown.textContent = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 6 }).format(all / 1e6) + unit;
    if (wrong) shown.append(' ', must.replace('{expected}', expected + unit));
  }
}

// 12,5 and 12.5 are the same; 1.250 and 1.250,5 are grouped in Indonesian.
function read(text) {
  const plain = text.replace(/\s|%/g, '');
  const grouped = document.documentElement.lang === 'id' && /^-?\d{1,3}(\.\d{3})+$/.test(plain);
  return Math.round(Number(plain.includes(',') || grouped ? plain.replace(/\./g, '').replace(',', '.') : plain) * 1e6) || 0;
}

const body = (box) => box.querySelector('[data-rows-body]');
const rows = (box) => [...body(box).querySelectorAll(':scope > [data-row]')];
const fields = (row) => [...row.querySelectorAll('input, select, textarea')];
const blank = (box, name) => box.querySelector(`template[data-rows-${name}]`).content.cloneNode(true).firstElementChild;
const words = (box, name, at) => (box.dataset[name] ?? '').replace('{number}', at + 1);

function say(box, name, row) {
  box.querySelector('[data-rows-said]').textContent = words(box, name, rows(box).indexOf(row));
}
