import { Permissions, webMethod } from 'wix-web-module';
import wixData from 'wix-data';

export const double = webMethod(Permissions.Anyone, (number) => number * 2);
export const forMembers = webMethod(Permissions.SiteMember, () => 'members only');
export const forAdmins = webMethod(Permissions.Admin, () => 'admins only');
export const failing = webMethod(Permissions.Anyone, async () => wixData.get('Private', 'x'));
export const broken = webMethod(Permissions.Anyone, () => {
  throw new Error('it broke');
});
export function plain() {
  return 'not a web method';
}
