// Tables that are filled in: add, remove, duplicate and move rows here, and show a running total. The server does the same
// for the same buttons when there is no JavaScript, and its total is the one that counts.
//   <div data-rows="targets" data-rows-min="1" data-rows-max="20" data-added="Baris {number} …" data-removed="… {count} …" data-moved="…">
//     <tbody data-rows-body> <tr data-row> … name="targets-0-weight" … <span data-n>1</span> … </tr> </tbody>
//     <template data-rows-blank><tr data-row> … name="targets-__n__-weight" … </tr></template>
//     <button name="do" value="add:targets">, and in each row value="remove:targets:0", copy:, up:, down:
//     <output data-sum="weight" data-expected="100" data-unit="%" data-must="harus {expected}"></output>
//     <p class="visually-hidden" role="status" data-rows-said></p>
//   </div>
// Alt + arrow up or down moves the row that has the focus; Enter in a cell never sends the form.

const NUMBERED = ['name', 'id', 'for', 'value', 'headers', 'aria-describedby', 'aria-labelledby', 'formaction'];
const acts = { add, remove, copy, up: (box, row) => move(box, row, -1), down: (box, row) => move(box, row, 1) };

export function startRows() {
  document.addEventListener('click', clicked);
  document.addEventListener('keydown', pressed);
  document.addEventListener('input', ({ target }) => { const box = target.closest?.('[data-rows]'); if (box) total(box); });
  document.querySelectorAll('[data-rows]').forEach(total);
}

function clicked(event) {
  const button = event.target.closest?.('button[name=do]');
  const box = button?.closest('[data-rows]');
  const act = box && acts[button.value.split(':')[0]];
  if (!act) return;
  event.preventDefault();
  act(box, button.closest('[data-row]'), button);
}

function pressed(event) {
  const row = event.target.closest?.('[data-row]');
  const box = row?.closest('[data-rows]');
  if (!box) return;
  if (event.key === 'Enter' && event.target.matches('input')) event.preventDefault();
  if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    event.preventDefault();
    move(box, row, event.key === 'ArrowUp' ? -1 : 1, event.target);
  }
}

function add(box) {
  const blank = box.querySelector('template[data-rows-blank]');
  if (!blank || full(box)) return;
  const row = document.importNode(blank.content, true).querySelector('[data-row]');
  body(box).append(row);
  arrived(box, row);
}

function copy(box, row) {
  if (full(box)) return;
  const twin = row.cloneNode(true);
  const from = row.querySelectorAll('input, select, textarea');
  twin.querySelectorAll('input, select, textarea').forEach((field, i) => { field.value = from[i].value; field.checked = from[i].checked; });
  row.after(twin);
  arrived(box, twin);
}

function arrived(box, row) {
  settle(box);
  row.querySelector('input:not([type=hidden]), select, textarea')?.focus();
  say(box, box.dataset.added, { number: rows(box).indexOf(row) + 1 });
}

function remove(box, row) {
  if (rows(box).length <= Number(box.dataset.rowsMin ?? 0)) return;
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  settle(box);
  // The focus goes to the same button of the next row: it must never fall to the top of the page.
  (next?.querySelector('button[value^="remove:"]') ?? box.querySelector('button[value^="add:"]'))?.focus();
  say(box, box.dataset.removed, { count: rows(box).length });
}

function move(box, row, by, held) {
  const neighbour = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!neighbour) return;
  if (by < 0) neighbour.before(row); else neighbour.after(row);
  settle(box);
  held?.focus();
  say(box, box.dataset.moved, { number: rows(box).indexOf(row) + 1 });
}

// Numbers every row anew, then lets the form know that it changed.
function settle(box) {
  const place = new RegExp(`(^|[^\\w])(${box.dataset.rows}[-.:])(?:\\d+|__n__)(?!\\w)`, 'g');
  // Radios of two rows share a name for a moment while they are renumbered, which would uncheck one of them.
  const chosen = [...box.querySelectorAll('input:checked')];
  rows(box).forEach((row, i) => {
    for (const node of [row, ...row.querySelectorAll('*')]) {
      for (const name of NUMBERED) {
        const value = node.getAttribute(name);
        if (value && !(name === 'value' && node.name !== 'do')) node.setAttribute(name, value.replace(place, `$1$2${i}`));
      }
      if (node.dataset?.n !== undefined) node.textContent = i + 1;
    }
  });
  for (const pick of chosen) pick.checked = true;
  total(box);
  box.dispatchEvent(new Event('input', { bubbles: true }));
}

// Whole millionths: sums of decimals stay exact.
function total(box) {
  for (const shown of box.querySelectorAll('output[data-sum]')) {
    const { sum: column, expected, unit = '', must = '' } = shown.dataset;
    const fields = [...box.querySelectorAll('[data-row] [name]')].filter((field) => field.name.endsWith(`-${column}`));
    const millionths = fields.reduce((all, field) => all + read(field.value), 0);
    const wrong = expected !== undefined && millionths !== read(expected);
    shown.textContent = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 6 }).format(millionths / 1e6) + unit;
    shown.classList.toggle('sum-wrong', wrong);
    shown.classList.toggle('sum-right', expected !== undefined && !wrong);
    if (wrong) shown.append(' ', must.replace('{expected}', expected + unit));
  }
}

// 12,5 and 12.5 are the same; 1.250 and 1.250,5 are grouped in Indonesian.
function read(text) {
  const plain = text.replace(/\s|%/g, '');
  const grouped = document.documentElement.lang === 'id' && /^-?\d{1,3}(\.\d{3})+$/.test(plain);
  const number = Number(plain.includes(',') || grouped ? plain.replace(/\./g, '').replace(',', '.') : plain);
  return Number.isFinite(number) ? Math.round(number * 1e6) : 0;
}

const body = (box) => box.querySelector('[data-rows-body]');
const rows = (box) => [...body(box).querySelectorAll(':scope > [data-row]')];
const full = (box) => rows(box).length >= Number(box.dataset.rowsMax ?? Infinity);

function say(box, words = '', facts = {}) {
  const line = box.querySelector('[data-rows-said]');
  if (line) line.textContent = words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
}
