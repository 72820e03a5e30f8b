import { authentication, currentMember } from 'wix-members-frontend';

$w.onReady(async () => {
  const member = await currentMember.getMember();
  const roles = authentication.loggedIn() ? (await currentMember.getRoles()).map(({ title }) => title) : [];
  $w('#who').text = member ? `${member.profile.nickname} ${roles} ${member._createdDate instanceof Date}` : 'nobody';
  $w('#login').label = 'Log in';
  $w('#login').onClick(() => authentication.promptLogin());
  $w('#logout').label = 'Log out';
  $w('#logout').onClick(() => authentication.logout());
});
