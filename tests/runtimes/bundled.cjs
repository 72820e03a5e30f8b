// The suite with the package as CommonJS, for bundlers, which put ES modules and CommonJS together.
'use strict';
const { report } = require('./suite.mjs');
const velopos = require('velopos');
const facts = require('./facts.cjs');

report(velopos, facts, {});
