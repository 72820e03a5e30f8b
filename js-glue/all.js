// Everything that `velopos` exports, over a core that also knows the banks beyond its six systems. Whoever needs none of them imports
// `velopos`, which is smaller.
export * from './index.js';
