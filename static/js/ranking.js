// Lists that are put in order: a button up and one down, Alt + arrows, and dragging beside the place that is chosen without them.
//   <ul data-ranking data-up="… {item}" data-down="… {item}" data-moved="{item} … {place}"> <li> <select> … <span data-item> </li> </ul>
// Whatever moves gives every item the place where it stands, as far as there are places.

const boxes = () => document.querySelectorAll('[data-ranking]:not([data-ready])');
const item = (row) => row.querySelector('[data-item]').textContent;
let held;

function prepare(box) {
  box.dataset.ready = '';
  for (const row of box.children) {
    row.draggable = true;
    const tools = Object.assign(document.createElement('div'), { className: 'rank-move' });
    for (const [way, sign] of [['up', '↑'], ['down', '↓']]) {
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-outline-primary', textContent: sign });
      button.dataset.way = way;
      button.setAttribute('aria-label', box.dataset[way].replace('{item}', item(row)));
      tools.append(button);
    }
    row.append(tools);
  }
}

function move(row, way, focus) {
  const other = way === 'up' ? row.previousElementSibling : row.nextElementSibling;
  if (other) { if (way === 'up') other.before(row); else other.after(row); }
  settle(row, focus);
}

function settle(row, focus) {
  const box = row.parentElement;
  [...box.children].forEach((each, i) => {
    const place = each.querySelector('select');
    place.value = i + 1 < place.options.length ? i + 1 : '';
  });
  focus?.focus();
  const place = [...box.children].indexOf(row) + 1;
  box.parentElement.querySelector('[data-said]').textContent = box.dataset.moved.replace('{item}', item(row)).replace('{place}', place);
  row.querySelector('select').dispatchEvent(new Event('input', { bubbles: true }));
}

const rowOf = ({ target }) => target.closest?.('[data-ranking] > li');

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-way]');
  if (button) move(rowOf(event), button.dataset.way, button);
});
document.addEventListener('keydown', (event) => {
  const row = rowOf(event), way = event.altKey && { ArrowUp: 'up', ArrowDown: 'down' }[event.key];
  if (!row || !way) return;
  event.preventDefault();
  move(row, way, event.target);
});
document.addEventListener('dragstart', (event) => { held = rowOf(event); held?.classList.add('rank-held'); });
document.addEventListener('dragover', (event) => {
  const row = rowOf(event);
  if (!held || row?.parentElement !== held.parentElement) return;
  event.preventDefault();
  if (row !== held) row[row.compareDocumentPosition(held) & Node.DOCUMENT_POSITION_FOLLOWING ? 'before' : 'after'](held);
});
document.addEventListener('dragend', () => { if (held) settle(held); held?.classList.remove('rank-held'); held = null; });
boxes().forEach(prepare);
new MutationObserver(() => boxes().forEach(prepare)).observe(document.body, { childList: true, subtree: true });
