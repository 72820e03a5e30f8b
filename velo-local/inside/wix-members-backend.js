// wix-members-backend: who the current member is. The other APIs of this module are for collaborators who manage members, and
// there is nothing to manage here: importing one gives undefined, as any name that a module does not have.

import { scene } from './host.js';

const dates = ['_createdDate', '_updatedDate', 'lastLoginDate'];

export const signedIn = () => {
  const { visitor } = scene.getStore() ?? {};
  return visitor?.member ? visitor : null;
};

/** @param {{ fieldsets?: string[] }} [options] PUBLIC (the default) tells the id and the profile, FULL everything */
async function getMember(options) {
  const { member } = current('getMember');
  const asked = options?.fieldsets?.includes('FULL') ? member : publicFields(member);
  return Object.fromEntries(Object.entries(asked).map(([key, value]) => [key, dates.includes(key) ? new Date(value) : value]));
}

const publicFields = ({ _id, profile, _createdDate, _updatedDate, contactId }) =>
  ({ _id, contactId, status: 'UNKNOWN', privacyStatus: 'UNKNOWN', activityStatus: 'UNKNOWN', _createdDate, _updatedDate, profile });

async function getRoles() {
  return structuredClone(current('getRoles').roles);
}

/** In the backend both reject when nobody has signed in; in page code getMember gives undefined instead. */
function current(name) {
  const person = signedIn();
  if (person) return person;
  throw new Error(`currentMember.${name}: no member is logged in`);
}

export const currentMember = Object.freeze({ getMember, getRoles });
