// wix-window-frontend: the little that a page asks about its window.

const language = document.documentElement.lang;

export const multilingual = {
  isEnabled: true,
  get currentLanguage() { return language; },
  set currentLanguage(code) {
    const url = new URL(window.location.href);
    url.searchParams.set('lang', code);
    window.location.assign(url.href);
  },
  siteLanguages: [
    { name: 'Türkçe', locale: 'tr-TR', languageCode: 'tr', countryCode: 'TUR', isPrimaryLanguage: true },
    { name: 'English', locale: 'en-US', languageCode: 'en', countryCode: 'USA', isPrimaryLanguage: false },
  ],
};
export const rendering = { env: 'browser', renderCycle: 1, warmupData: null };
export const viewMode = 'Site';
export const locale = navigator.language;
export const browserLocale = navigator.language;
export const formFactor = window.matchMedia('(max-width: 750px)').matches ? 'Mobile' : 'Desktop';
export const referrer = document.referrer;
export const copyToClipboard = (text) => navigator.clipboard.writeText(text);
export const scrollTo = async (x, y) => window.scrollTo(x, y);

export default { multilingual, rendering, viewMode, locale, browserLocale, formFactor, referrer, copyToClipboard, scrollTo };
