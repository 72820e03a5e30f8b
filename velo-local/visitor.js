// On whose behalf code runs, and what that allows. Who a browser belongs to is read in members.js; HTTP functions and Wix's own
// calls (plugins, events) have nobody behind them, jobs run with the site's own permissions.

const ANONYMOUS = Object.freeze({ role: 'anonymous', id: '6f1d3c52-0000-4000-8000-000000000000' });
const SITE = Object.freeze({ role: 'admin', id: '6f1d3c52-0000-4000-8000-00000000ad31' });

export const theSite = () => SITE;

export const nobody = () => ANONYMOUS;

/** Levels of a collection's permissions that a role satisfies. */
const LEVELS = {
  anonymous: ['ANYONE'],
  member: ['ANYONE', 'SITE_MEMBER'],
  admin: ['ANYONE', 'SITE_MEMBER', 'SITE_MEMBER_AUTHOR', 'ADMIN'],
};

/** @param {string} level who may do it: ANYONE, SITE_MEMBER, SITE_MEMBER_AUTHOR or ADMIN */
export const maySee = (visitor, level) => LEVELS[visitor.role].includes(level);

/** Whether a permission that is not given for everything is given for the visitor's own items. */
export const mayOwn = (visitor, level) => level === 'SITE_MEMBER_AUTHOR' && visitor.role === 'member';
