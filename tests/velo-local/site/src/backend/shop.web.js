import { Permissions, webMethod } from 'wix-web-module';
import wixData from 'wix-data';
import { currentMember } from 'wix-members-backend';
import wixUsersBackend from 'wix-users-backend';

export const double = webMethod(Permissions.Anyone, (number) => number * 2);
export const forMembers = webMethod(Permissions.SiteMember, () => 'members only');
export const forAdmins = webMethod(Permissions.Admin, () => 'admins only');
export const failing = webMethod(Permissions.Anyone, async () => wixData.get('Private', 'x'));
export const broken = webMethod(Permissions.Anyone, () => {
  throw new Error('it broke');
});
export const slow = webMethod(Permissions.Anyone, () => new Promise((resolve) => setTimeout(resolve, 1_500)));
export function plain() {
  return 'not a web method';
}

const orError = (promise) => promise.catch((error) => ({ error: error.message }));

export const whoAmI = webMethod(Permissions.Anyone, async () => {
  const { id, loggedIn, role, getEmail, getRoles } = wixUsersBackend.currentUser;
  return {
    member: await orError(currentMember.getMember()),
    full: await orError(currentMember.getMember({ fieldsets: ['FULL'] })),
    dated: (await orError(currentMember.getMember()))._createdDate instanceof Date,
    roles: await orError(currentMember.getRoles()),
    user: { id, loggedIn, role, email: await orError(getEmail()), roles: await orError(getRoles()) },
  };
});

/** One wix-data call with the permissions of whoever asks. */
export const asVisitor = webMethod(Permissions.Anyone, async (op, ...args) => {
  try {
    const value = await (op === 'find' ? wixData.query(args[0]).find() : wixData[op](...args));
    return { value: value?.items ?? value };
  } catch (error) {
    return { code: error.details.applicationError.code };
  }
});
