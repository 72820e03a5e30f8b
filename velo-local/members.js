// Who is asking: a visitor, a member or an administrator of the site. On the platform people register and the owner gives them
// roles; here there is one of each, and whoever sits at this machine chooses who to be (/_local/members).
//
// Being signed in is a cookie that holds a random token of this start: not readable by page code (HttpOnly), not sent with what
// other sites post (SameSite). HTTP functions never look at it: a bank's or a gateway's call is anonymous on the platform, too.

import { randomBytes } from 'node:crypto';

import { nobody } from './visitor.js';

const SINCE = '2026-01-05T08:00:00.000Z';

const member = (id, nickname, firstName, lastName, email) => Object.freeze({
  _id: id,
  loginEmail: email,
  contactId: id,
  status: 'APPROVED',
  privacyStatus: 'PRIVATE',
  activityStatus: 'ACTIVE',
  _createdDate: SINCE,
  _updatedDate: SINCE,
  lastLoginDate: SINCE,
  profile: { nickname, slug: nickname.toLowerCase(), title: '' },
  contactDetails: { firstName, lastName, emails: [email], phones: ['+90 555 000 00 00'] },
});

const role = (id, title) => Object.freeze({ _id: id, title, color: 'DARK_BLUE' });
const MEMBER = role('6f1d3c52-0000-4000-8000-0000000000f1', 'Member');
const ADMIN = role('6f1d3c52-0000-4000-8000-0000000000f2', 'Admin');

const AYSE = member('6f1d3c52-0000-4000-8000-0000000000a1', 'Ayse', 'Ayşe', 'Yılmaz', 'ayse@example.com');
const DENIZ = member('6f1d3c52-0000-4000-8000-0000000000a2', 'Deniz', 'Deniz', 'Kaya', 'deniz@example.com');

/** The people there are, as visitors: the role decides, the id owns what they store. */
const PEOPLE = Object.freeze({
  member: Object.freeze({ role: 'member', id: AYSE._id, member: AYSE, roles: [MEMBER] }),
  admin: Object.freeze({ role: 'admin', id: DENIZ._id, member: DENIZ, roles: [MEMBER, ADMIN] }),
});

export class Members {
  #sessions = new Map();

  /** @param {{ port: () => number }} parts cookies do not tell ports apart, so the port is part of the cookie's name */
  constructor({ port }) {
    this.port = port;
  }

  get people() {
    return Object.values(PEOPLE);
  }

  /** Begins a session. @param {'member' | 'admin'} role @returns {string} the token that the cookie holds */
  signIn(role) {
    if (!Object.hasOwn(PEOPLE, role)) throw new TypeError(`there is no ${role} to sign in; there is a member and an admin`);
    const token = randomBytes(32).toString('hex');
    this.#sessions.set(token, PEOPLE[role]);
    return token;
  }

  /** What a browser that has signed in sends: for tests and tools. @param {'member' | 'admin'} role */
  cookie(role) {
    return `${this.#name}=${this.signIn(role)}`;
  }

  signOut(request) {
    for (const token of this.#tokens(request)) this.#sessions.delete(token);
  }

  /** @param {string} token '' makes the browser forget */
  setCookie(token) {
    return `${this.#name}=${token}; Path=/; HttpOnly; SameSite=Lax${token === '' ? '; Max-Age=0' : ''}`;
  }

  /** @param {import('node:http').IncomingMessage} request */
  visitorOf(request) {
    const known = this.#tokens(request).find((token) => this.#sessions.has(token));
    return known ? this.#sessions.get(known) : nobody();
  }

  /** A request's headers without the session: the site's code is not given it. */
  withoutSession({ cookie, ...headers }) {
    const rest = pairs(cookie).filter(([name]) => name !== this.#name);
    return rest.length > 0 ? { ...headers, cookie: rest.map((pair) => pair.join('=')).join('; ') } : headers;
  }

  get #name() {
    return `velo-local-${this.port()}`;
  }

  /** All of that name: another program on this machine may have set one, too. */
  #tokens(request) {
    return pairs(request.headers.cookie).filter(([name]) => name === this.#name).map(([, token]) => token);
  }
}

function pairs(cookie = '') {
  return cookie.split(';').map((pair) => pair.trim()).filter(Boolean).map((pair) => {
    const [name, ...value] = pair.split('=');
    return [name, value.join('=')];
  });
}

/** What a page may know of whom it is shown to; null for a visitor. */
export const publicFace = ({ member: person, roles }) => (person ? { member: person, roles } : null);
