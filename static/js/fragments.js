// Puts fragments of the server into the page. The server answers
//   <template data-swap="#id">new children</template>     replaces what is inside #id
//   <template data-value="#id">7</template>                sets the value of a (hidden) field
// What somebody is typing in is never overwritten, and the focus stays where it was.

export function apply(html) {
  const held = document.activeElement;
  const typed = { id: held?.id, value: held?.value, start: held?.selectionStart, end: held?.selectionEnd };
  const answer = new DOMParser().parseFromString(html, 'text/html');
  for (const part of answer.querySelectorAll('template')) {
    const target = document.querySelector(part.dataset.swap ?? part.dataset.value ?? 'none');
    if (!target) continue;
    if (part.dataset.value) target.value = part.content.textContent.trim();
    else target.replaceChildren(document.importNode(part.content, true));
  }
  if (held && !held.isConnected) restore(typed);
  document.dispatchEvent(new Event('swapped'));
  focusMarked();
}

// Whether an answer would replace something around `node`.
export function swaps(html, node) {
  const answer = new DOMParser().parseFromString(html, 'text/html');
  return [...answer.querySelectorAll('template[data-swap]')].some(({ dataset }) => document.querySelector(dataset.swap)?.contains(node));
}

function restore({ id, value, start, end }) {
  const again = id && document.getElementById(id);
  if (!again) return;
  if (value !== undefined && again.type !== 'checkbox' && again.type !== 'radio') again.value = value;
  again.closest('details')?.setAttribute('open', '');
  again.focus();
  if (start != null && again.setSelectionRange) try { again.setSelectionRange(start, end); } catch { /* not a text field */ }
}

// The error summary, a confirmation or a new row asks for the focus by data-autofocus, once.
export function focusMarked(root = document) {
  const wanted = root.querySelector('[data-autofocus]');
  if (!wanted) return;
  wanted.removeAttribute('data-autofocus');
  wanted.focus();
}
