// The looks of the admin page; colours and fonts are the shop's (style.js), and are changed in the same way.

import { SHARED } from '../style.js';

export const STYLE = `${SHARED}
:host { --in: #0f6b4f; --out: #b3541e; max-width: 70rem; margin: 0 auto; color: var(--ink); color-scheme: light;
  --ground: #f4f6f8; background: var(--ground); box-shadow: 0 0 0 .75rem var(--ground); border-radius: 2px; }
h1 { margin: 0; } h3 { font-size: 1rem; margin: 0; }
.bar { display: flex; flex-wrap: wrap; gap: .5rem; margin-bottom: 1.25rem; border-bottom: 1px solid var(--line); padding-bottom: .75rem; }
.bar button { background: transparent; color: inherit; border-color: transparent; min-height: 44px; padding: .4rem .9rem; }
.bar button[aria-current=page] { background: var(--accent); color: var(--on-accent); }
.view, .result, .view section { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
.result:empty { display: none; }
.result > div { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
.two { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); align-items: start; }
.headline { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: .5rem 1rem; }
.amount { font-size: 1.15rem; white-space: nowrap; }
button.small { min-height: 40px; padding: .3rem .8rem; font-size: .95rem; justify-self: start; }
button.danger { background: var(--bad); border-color: var(--bad); }
.good { background: #e7f4ee; color: #0b4a37; border: 1px solid #b4dccb; border-radius: 10px; padding: .6rem .9rem; }
.waiting { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
.waiting .card { border-left: 5px solid #d79a2b; display: grid; gap: .5rem; padding: .9rem 1rem; }
.tiles { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 8rem), 1fr)); }
.tile { border: 1px solid var(--line); border-radius: 10px; padding: .6rem .7rem; display: grid; background: var(--paper); color: var(--ink); }
.tile strong { font-size: 1.1rem; overflow-wrap: anywhere; } .tile.bad strong { color: var(--bad); } .tile.good { background: #e7f4ee; }
.facts { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .2rem 1rem; margin: 0; }
form.card { display: grid; gap: 1rem; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.plain { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem; }
.timeline { margin: 0; padding: 0 0 0 1.1rem; display: grid; gap: .35rem; } .timeline time { color: var(--soft); display: block; font-size: .9rem; }
.badge { display: inline-block; border-radius: 999px; padding: .1rem .6rem; margin: 0 .3rem .2rem 0; background: #e9eef3; color: #24303d; font-size: .9rem; }
.badge.paid { background: #dcefe6; color: #0b4a37; } .badge.bad { background: #fdecea; color: #7d1a14; }
.inline { display: flex; flex-wrap: wrap; gap: .75rem; } .labelled { display: grid; gap: .2rem; font-weight: 600; }
.filter { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr)); align-items: end; }
.columns { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr)); margin-top: .75rem; align-items: end; }
.check { display: flex; align-items: center; gap: .6rem; min-height: 48px; } .check input { width: 1.3rem; height: 1.3rem; accent-color: var(--accent); }
input:not([type=checkbox]), select { font: inherit; font-weight: 400; width: 100%; min-height: 46px; padding: .45rem .7rem; border: 1px solid #7b8794; border-radius: 10px; background: #fff; color: #1c2430; }
input[aria-invalid=true], select[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
.error { color: var(--bad); } .error:empty { display: none; } .hint { font-size: .95rem; margin-top: .4rem; }
.filter .buttons { flex-wrap: nowrap; } details.card { padding-block: .5rem; } details.card form { padding-bottom: .75rem; }
.scroll { overflow-x: auto; } .aside { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: var(--soft); padding-bottom: .35rem; }
th, td { text-align: left; padding: .5rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--soft); font-weight: 600; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
summary { cursor: pointer; padding: .5rem 0; min-height: 44px; } details > .scroll, details > .waiting { margin-top: .5rem; }
.chart { margin: 0; } .chart svg { width: 100%; height: 12rem; display: block; }
.chart .in { fill: var(--in); } .chart .out { fill: var(--out); } .chart .base { stroke: var(--soft); stroke-width: 1; vector-effect: non-scaling-stroke; }
.ticks { display: flex; justify-content: space-between; color: var(--soft); font-size: .9rem; }
.legend { display: flex; gap: 1.25rem; margin-top: .4rem; } .legend span::before { content: ''; display: inline-block; width: .8rem; height: .8rem; border-radius: 3px; margin-right: .4rem; vertical-align: -1px; background: var(--in); }
.legend .out::before { background: var(--out); }
.pager { display: flex; gap: 1rem; align-items: center; justify-content: center; } button[disabled] { cursor: default; }
.toast { position: sticky; bottom: 1rem; z-index: 2; background: #1c2430; color: #fff; border-radius: 10px; padding: .8rem 1rem; margin-top: 1rem; box-shadow: 0 4px 18px rgb(0 0 0 / .25); }
.toast:empty { display: none; }
dialog { border: 0; border-radius: 14px; padding: 1.25rem; width: min(32rem, calc(100vw - 2rem)); color: var(--ink); background: var(--paper); box-shadow: 0 10px 50px rgb(0 0 0 / .35); }
dialog::backdrop { background: rgb(20 28 36 / .55); } .confirm, .confirm form, .confirm > div > div { display: grid; gap: 1rem; }
@media (max-width: 46rem) {
  .facts { grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); }
  .scroll table, .scroll tbody, .scroll tr, .scroll td, .scroll caption { display: block; } .scroll thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .scroll tr { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: .4rem .7rem; margin-bottom: .6rem; }
  .scroll td { border: 0; padding: .2rem 0; display: flex; justify-content: space-between; gap: 1rem; text-align: right; overflow-wrap: anywhere; } .scroll td:empty { display: none; }
  .scroll td::before { content: attr(data-name); color: var(--soft); text-align: left; flex: none; } .number { white-space: normal; }
  .scroll td[data-name='']:not(:has(button)) { justify-content: flex-start; text-align: left; font-weight: 600; } .scroll td[data-name='']::before { content: none; }
}
`;
