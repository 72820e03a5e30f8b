// Text as it stands on a terminal.

const WIDTH = 100;

/** A text broken into lines: the first begins with `head`, the others are indented. */
export function paragraph(text, head, indent) {
  const lines = [head];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line.trim() !== '' && lines.at(-1).length + word.length >= WIDTH) lines.push(' '.repeat(indent) + word);
    else lines[lines.length - 1] = line.endsWith(' ') ? line + word : `${line} ${word}`;
  }
  return lines.join('\n');
}

/** Names and values under one another. @param {[string, string][]} rows */
export function list(rows, indent) {
  const width = Math.min(32, Math.max(0, ...rows.map(([name]) => name.length)));
  return rows.map(([name, value]) => `${indent}${name.padEnd(width)}  ${value}`.trimEnd()).join('\n');
}
