// A block of cells pasted into a cell of a table: the server reads it, by the same way as for the box under the table
// (button[name=do] paste:targets), from that cell on: paste:targets:3:weight. What it cannot place comes back in the box.

document.addEventListener('paste', (event) => {
  const { target, clipboardData } = event;
  const box = target.closest?.('[data-row]')?.closest('[data-rows]');
  const text = clipboardData?.getData('text/plain').replace(/[\r\n]+$/, '') ?? '';
  // Several lines without a tab are one column; in a field of several lines they are just text.
  if (!box || !(text.includes('\t') || (text.includes('\n') && target.matches('input, select')))) return;
  event.preventDefault();
  const area = box.querySelector('[data-paste]');
  const button = box.querySelector('button[value^="paste:"]');
  area.value = text;
  area.closest('details').open = true;
  button.value = `paste:${target.name.split('-').slice(0, 3).join(':')}`;
  button.focus(); // live.js puts nothing under the hands of somebody who is writing
  button.click();
});
