/**
 * `velopos/all`: everything that `velopos` exports, with the banks beyond its six systems. Import one of the two, not both.
 */
export * from './index.cjs';
