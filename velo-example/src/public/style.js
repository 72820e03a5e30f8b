// The looks that both elements share. A site changes the colours from outside, on the element:
//   velopos-shop, velopos-result { --velopos-accent: #7a1f3d }

export const SHARED = `
:host { display: block; font: 1rem/1.5 var(--velopos-font, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif);
  --accent: var(--velopos-accent, #0f6b4f); --on-accent: var(--velopos-on-accent, #fff);
  --ink: #1c2430; --soft: #55606e; --line: #d5dbe2; --paper: #fff; --bad: #b3261e; --good: #0f6b4f; --warn: #8a5a00; }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0; }
h1:focus, h2:focus { outline: none; }
p { margin: 0; }
.card { color-scheme: light; background: var(--paper); color: var(--ink); border: 1px solid var(--line); border-radius: 14px; padding: 1.25rem; }
.soft { color: var(--soft); }
.note { background: #fff6dd; color: #4d3800; border: 1px solid #ecd9a0; border-radius: 10px; padding: .6rem .9rem; }
.problem { background: #fdecea; color: #7d1a14; border: 1px solid #f1b8b3; border-radius: 10px; padding: .6rem .9rem; }
button, .button { font: inherit; font-weight: 600; min-height: 48px; padding: .6rem 1.2rem; border-radius: 10px; cursor: pointer;
  border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); text-decoration: none;
  display: inline-flex; align-items: center; justify-content: center; text-align: center; }
button.quiet, .button.quiet { background: transparent; color: inherit; border-color: currentColor; }
button:hover { filter: brightness(1.08); }
button[disabled] { cursor: progress; opacity: .65; }
:focus-visible { outline: 3px solid #2f7fd1; outline-offset: 2px; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
[hidden] { display: none !important; }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
`;
