// How the wix-… modules of a container reach Wix's own services, which the host plays (../wix/services.js).

import { decodeItem, encodeValue } from '../items.js';
import { ask, scene } from './host.js';
import { elevatable } from './wix-auth.js';

/** @param {string} api @param {unknown[]} args */
export async function wix(api, ...args) {
  const result = decodeItem(await ask('wix', { api, args: encodeValue(args) }));
  return result ?? undefined;
}

/** A function that only an administrator may call, or whoever has elevated it. */
export function restricted(api) {
  const call = (...args) => wix(api, ...args);
  const plain = async (...args) => {
    if (scene.getStore()?.visitor?.role === 'admin') return call(...args);
    const description = `${api.split('.').at(-1)} needs elevated permissions: call it through elevate()`;
    const applicationError = { code: 'PERMISSION_DENIED', description, data: {} };
    throw Object.assign(new Error(description), { details: { applicationError } });
  };
  return elevatable(plain, call);
}

/** A module's object whose functions are all restricted. @param {string} name @param {string[]} functions */
export const restrictedFace = (name, functions) =>
  Object.freeze(Object.fromEntries(functions.map((each) => [each, restricted(`${name}.${each}`)])));
