// The members of the site as a page sees them. corvid-types declares wix-members-backend, and this module under its former name.

declare module 'wix-members-frontend' {
  export { authentication, currentMember } from 'wix-members';
}
