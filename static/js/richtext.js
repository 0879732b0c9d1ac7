// Buttons that write the marks of rich text into a <textarea data-rich>: what is typed stays what is kept.
//   [data-words] hidden, the buttons before it, each with data-mark: "**", "*", "- ", "1. ", "["

const bar = (area) => area.parentElement.querySelector('[data-words]');

function show(area) {
  if (area?.matches?.('[data-rich]')) bar(area).hidden = false;
}

function write(area, from, to, text, select) {
  area.focus();
  area.setSelectionRange(from, to);
  // The only way that the browser's undo knows of.
  if (!document.execCommand('insertText', false, text)) {
    area.setRangeText(text);
    area.dispatchEvent(new Event('input', { bubbles: true }));
  }
  area.setSelectionRange(from + select[0], from + select[1]);
}

function mark(area, sign, word) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const chosen = value.slice(from, to);
  const text = chosen || word;
  if (sign === '[') return write(area, from, to, `[${text}](https://)`, [text.length + 3, text.length + 11]);
  if (sign.endsWith('*')) return write(area, from, to, sign + text + sign, [sign.length, sign.length + text.length]);
  const start = value.lastIndexOf('\n', from - 1) + 1;
  const lines = value.slice(start, to).split('\n').map((line, index) => (sign === '- ' ? sign : `${index + 1}. `) + line).join('\n');
  write(area, start, to, lines, [lines.length, lines.length]);
}

document.querySelectorAll('[data-rich]').forEach(show);
document.addEventListener('focusin', ({ target }) => show(target));
document.addEventListener('click', ({ target }) => {
  const button = target.closest?.('[data-mark]');
  const tools = button?.closest('[data-words]');
  if (tools) mark(tools.parentElement.querySelector('[data-rich]'), button.dataset.mark, tools.dataset.words);
});
