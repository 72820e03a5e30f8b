// wix-members-frontend: whom the page is shown to. The server writes it into the page; signing in and out happens on velo-local's
// own page, and the visitor comes back here.

const known = JSON.parse(document.body.dataset.member || 'null');
const revived = ({ _createdDate, _updatedDate, lastLoginDate, ...member }) => ({
  ...member, _createdDate: new Date(_createdDate), _updatedDate: new Date(_updatedDate), lastLoginDate: new Date(lastLoginDate),
});

async function getMember() {
  return known ? revived(structuredClone(known.member)) : undefined;
}

async function getRoles() {
  if (!known) throw new Error('currentMember.getRoles: no member is logged in');
  return structuredClone(known.roles);
}

const here = () => encodeURIComponent(window.location.pathname + window.location.search);

/** Leaves the page: on the platform a dialog opens in it. */
function promptLogin() {
  window.location.assign(`/_local/members?back=${here()}`);
  return new Promise(() => {});
}

async function logout() {
  await fetch('/_services/members/logout', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  window.location.reload();
}

export const currentMember = { getMember, getRoles };

export const authentication = {
  loggedIn: () => known !== null,
  promptLogin,
  logout,
  onLogin: (handler) => {
    if (known) queueMicrotask(() => handler(currentMember));
  },
};

export default { authentication, currentMember };
