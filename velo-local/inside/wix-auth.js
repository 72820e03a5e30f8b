// elevate gives a copy of one platform function that runs with the site's own permissions. It does not reach into the calls
// that a site's function makes, so a site's function comes back as it went in.

const elevated = new WeakMap();

/** Declares how a platform function runs when elevated. */
export function elevatable(plain, withPermission) {
  elevated.set(plain, withPermission);
  return plain;
}

export function elevate(sourceFunction) {
  if (typeof sourceFunction !== 'function') throw new TypeError('elevate expects a function');
  if (!elevated.has(sourceFunction)) console.warn('elevate() was given a function that needs no elevation: it changes nothing');
  return elevated.get(sourceFunction) ?? sourceFunction;
}
