// Who is asking. Everybody is an anonymous visitor for now: HTTP functions always are on the platform, and members' sign-in
// would be read from the request here. Jobs run with the site's own permissions.

const ANONYMOUS = Object.freeze({ role: 'anonymous', id: '6f1d3c52-0000-4000-8000-000000000000' });
const SITE = Object.freeze({ role: 'admin', id: '6f1d3c52-0000-4000-8000-00000000ad31' });

/** @param {import('node:http').IncomingMessage} _request */
export const visitorOf = (_request) => ANONYMOUS;

export const theSite = () => SITE;

export const nobody = () => ANONYMOUS;

/** Levels of a collection's permissions that a role satisfies. */
const LEVELS = {
  anonymous: ['ANYONE'],
  member: ['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR'],
  admin: ['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR', 'ADMIN'],
};

/** @param {string} level who may do it: ANYONE, SITE_MEMBER, SITE_MEMBER_AUTHOR or ADMIN */
export const maySee = (visitor, level) => LEVELS[visitor.role].includes(level);
