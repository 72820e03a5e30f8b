// Everything that the package runs on and that is given a script: each Node, Bun and Deno.
import { runtimesOf, SCRIPT_RUNTIMES } from '../scripts/programs.js';

/** @param {(activity: string) => void} progress @returns {Promise<import('./children.js').Runtime[]>} */
export const everyRuntime = (progress) => runtimesOf(SCRIPT_RUNTIMES, progress);
