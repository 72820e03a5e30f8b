// Loaded before the suite where it is Node: lets it see what becomes of the package when even Node's crypto cannot be had.
'use strict';
const Module = require('node:module');

globalThis.hideNodeCrypto = () => {
  const load = Module._load;
  Module._load = (name, ...rest) => {
    if (/^(node:)?crypto$/.test(name)) throw new Error(`Cannot find module ${name}`);
    return load(name, ...rest);
  };
  return () => { Module._load = load; };
};
