// wix-web-module: functions of *.web.js files that the browser may call, and the check of who may.

import { scene } from './host.js';

export const Permissions = Object.freeze({ Anyone: 'anyone', SiteMember: 'site-member', Admin: 'admin' });

/** Which permissions each role satisfies. */
const GRANTS = {
  anonymous: [Permissions.Anyone],
  member: [Permissions.Anyone, Permissions.SiteMember],
  admin: [Permissions.Anyone, Permissions.SiteMember, Permissions.Admin],
};

const permissionOf = new WeakMap();

export function webMethod(permission, webFunction) {
  if (!Object.values(Permissions).includes(permission)) throw new TypeError('webMethod expects one of Permissions first');
  if (typeof webFunction !== 'function') throw new TypeError('webMethod expects a function');
  const method = async (...args) => webFunction(...args);
  permissionOf.set(method, permission);
  return method;
}

/** A call from the browser: JSON text in, JSON text out. */
export async function runWebMethod(module, { name, args }) {
  const method = Object.hasOwn(module, name) ? module[name] : undefined;
  if (!permissionOf.has(method)) throw Object.assign(new Error(`${name} is not a web method`), { missing: true });
  const { visitor } = scene.getStore();
  if (!GRANTS[visitor.role].includes(permissionOf.get(method))) {
    throw Object.assign(new Error(`the current visitor may not call ${name}`), { code: 'FORBIDDEN' });
  }
  return { json: JSON.stringify((await method(...JSON.parse(args))) ?? null) };
}
