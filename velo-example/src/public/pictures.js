// Small drawings, so that the example needs no media files. A shop of your own shows photographs here.

import { svg } from './dom.js';

const PORCELAIN = { fill: '#fdfdfb', stroke: '#2f6f73', 'stroke-width': '3' };
const STEAM = { fill: 'none', stroke: '#c9b8a6', 'stroke-width': '3', 'stroke-linecap': 'round' };
const BEAN = { fill: '#7b4a2d', stroke: '#f3e7d8', 'stroke-width': '2' };

/** @type {Record<string, [string, Record<string, string>][]>} */
const DRAWINGS = {
  coffee: [
    ['path', { d: 'M36 24h48l6 14v56a6 6 0 0 1-6 6H36a6 6 0 0 1-6-6V38z', fill: '#7b4a2d' }],
    ['path', { d: 'M36 20h48v10H36z', fill: '#5b3420' }],
    ['path', { d: 'M30 38h60', stroke: '#5b3420', 'stroke-width': '2' }],
    ['circle', { cx: '60', cy: '68', r: '20', fill: '#f3e7d8' }],
    ['path', { ...BEAN, d: 'M66 55c8 5 6 20-6 26-8-5-6-20 6-26zm0 0c2 8-8 16-6 26' }],
  ],
  cezve: [
    ['path', { d: 'M66 48 112 30l4 7-48 22z', fill: '#5b3420' }],
    ['path', { d: 'M24 46h48l-6 12c10 8 8 40-18 40S20 66 30 58z', fill: '#c1733a' }],
    ['path', { d: 'M22 42h52a3 3 0 0 1 0 8H22a4 4 0 0 1 0-8z', fill: '#96501f' }],
    ['path', { d: 'M36 66c-4 8-3 18 4 24', fill: 'none', stroke: '#e9b183', 'stroke-width': '4', 'stroke-linecap': 'round' }],
    ['path', { ...STEAM, d: 'M42 32c-4-6 4-8 0-14m14 14c-4-6 4-8 0-14' }],
  ],
  cups: [
    ['path', { ...PORCELAIN, d: 'M28 54h44v14a20 20 0 0 1-20 20h-4a20 20 0 0 1-20-20z' }],
    ['path', { d: 'M72 58h6a8 8 0 0 1 0 16h-7', fill: 'none', stroke: '#2f6f73', 'stroke-width': '3' }],
    ['path', { d: 'M28 62h44', stroke: '#c1733a', 'stroke-width': '4' }],
    ['ellipse', { ...PORCELAIN, cx: '50', cy: '95', rx: '34', ry: '6' }],
    ['path', { ...STEAM, d: 'M44 44c-4-6 4-8 0-14m14 14c-4-6 4-8 0-14' }],
    ['path', { ...PORCELAIN, d: 'M88 76h22v7a11 11 0 0 1-22 0z' }],
  ],
  mill: [
    ['path', { d: 'M60 34V22h38', fill: 'none', stroke: '#5b3420', 'stroke-width': '5', 'stroke-linejoin': 'round' }],
    ['circle', { cx: '98', cy: '18', r: '6', fill: '#7b4a2d' }],
    ['path', { d: 'M48 30h24a12 12 0 0 1 0 14H48a12 12 0 0 1 0-14z', fill: '#e0b15c' }],
    ['path', { d: 'M44 44h32v54a6 6 0 0 1-6 6H50a6 6 0 0 1-6-6z', fill: '#c9923a' }],
    ['path', { d: 'M44 70h32M44 76h32', stroke: '#8a5f1c', 'stroke-width': '2' }],
    ['path', { d: 'M52 50v14', stroke: '#f0d9a8', 'stroke-width': '4', 'stroke-linecap': 'round' }],
  ],
};

/** @param {string} name */
export function picture(name) {
  const shapes = (DRAWINGS[name] ?? []).map(([tag, attributes]) => svg(tag, attributes));
  return svg('svg', { viewBox: '0 0 120 120', 'aria-hidden': 'true', focusable: 'false' }, ...shapes);
}
