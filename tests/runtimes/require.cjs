// The suite with the package as CommonJS: run as it is, and bundled.
'use strict';

/** A bundler puts the suite in with the rest; without one, Node before version 22 imports it only in this way. */
async function main() {
  const { report } = await import('./suite.mjs');
  await report(require('velopos'), require('./facts.cjs'), {});
}

main();
