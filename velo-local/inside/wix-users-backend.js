// wix-users-backend: the older way to ask who is asking. Only the current user.

import { signedIn } from './wix-members-backend.js';
import { scene } from './host.js';

const ROLES = { anonymous: 'Visitor', member: 'Member', admin: 'Admin' };

function member(name) {
  const person = signedIn();
  if (person) return person;
  throw new Error(`currentUser.${name}: the current user is not logged in`);
}

/** One object for all requests, as the module's export is; each property is read for the request that asks. */
export const currentUser = Object.freeze({
  get id() { return scene.getStore()?.visitor?.id; },
  get loggedIn() { return signedIn() !== null; },
  get role() { return ROLES[scene.getStore()?.visitor?.role ?? 'anonymous']; },
  getEmail: async () => member('getEmail').member.loginEmail,
  getRoles: async () => member('getRoles').roles.map(({ title }) => ({ name: title })),
  getPricingPlans: async () => [],
});
