// What `npm run lint` looks for: mistakes, not taste. How code is set is told by the code around it and by .editorconfig.

import js from '@eslint/js';
import globals from 'globals';

const MISTAKES = {
  'array-callback-return': 'error',
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-constructor-return': 'error',
  'no-implied-eval': 'error',
  'no-self-compare': 'error',
  'no-throw-literal': 'error',
  'no-unreachable-loop': 'error',
  'no-unused-expressions': ['error', { allowShortCircuit: true, allowTernary: true }],
  'no-unused-vars': ['error', { args: 'after-used', caughtErrors: 'none', ignoreRestSiblings: true }],
  'no-useless-return': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'prefer-promise-reject-errors': 'error',
  radix: 'error',
  'no-control-regex': 'off', // what cannot be seen is looked for on purpose
  'preserve-caught-error': 'off', // an error that people read says all that it knows; the other stack would only be longer
};

/** What each place finds without importing it. */
const RUNTIMES = [
  { files: ['js-glue/**', 'velo-example/src/backend/**'], globals: { ...globals['shared-node-browser'], Buffer: 'readonly', require: 'readonly' } },
  { files: ['velo-example/src/public/**', 'velo-example/src/pages/**', 'velo-local/browser/**'], globals: { ...globals.browser, $w: 'readonly' } },
  { files: ['tests/**'], globals: { ...globals.node, ...globals.browser, $w: 'readonly' } }, // what a test has a browser run stands in the test
];
const OTHERS = { files: ['**'], ignores: RUNTIMES.flatMap(({ files }) => files), globals: globals.node };

export default [
  { ignores: ['dist/**', 'pkg/**', 'target/**', '.local/**', 'benches/results/**'] },
  js.configs.recommended,
  ...[...RUNTIMES, OTHERS].map(({ files, ignores = [], globals: names }) => ({
    files: files.map((each) => `${each}/*.{js,mjs,cjs}`),
    ignores,
    languageOptions: { globals: names },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: MISTAKES,
  })),
];
