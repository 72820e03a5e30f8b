// wix-site-frontend: the little that a page asks about its site.

const { siteName, pageName } = document.body.dataset;

export const language = document.documentElement.lang;
export const currency = 'TRY';
export const timezone = 'Europe/Istanbul';
export const regionalSettings = 'tr-tr';
export const revision = '1';
export const currentPage = {
  name: pageName,
  type: 'page',
  url: window.location.pathname,
  isHomePage: window.location.pathname === '/',
};
export const getSiteDisplayName = () => siteName;

export default { language, currency, timezone, regionalSettings, revision, currentPage, getSiteDisplayName };
