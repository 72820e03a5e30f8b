// The package's entries, and what they export.
import { explainSurface } from './explain.js';
import { further, surfaceOf } from './surface.js';

/** @param {(name: string) => any} require */
export function openSurfaces(require) {
  const main = require('velopos');
  const all = require('velopos/all');
  const explain = require('velopos/explain');
  return [
    { entry: 'velopos', PosError: main.PosError, surface: surfaceOf(main) },
    { entry: 'velopos/all', PosError: all.PosError, surface: surfaceOf(all, further()) },
    { entry: 'velopos/explain', PosError: explain.PosError, surface: explainSurface(explain, main) },
  ];
}
