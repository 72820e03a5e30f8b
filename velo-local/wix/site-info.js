// What Wix knows about a site and tells its backend: its name, currency, language, and the address it is published at.

/** @param {{ url: () => string, siteName: string, currency: string }} site */
export const siteApis = ({ url, siteName, currency }) => ({
  'generalInfo.getSiteDisplayName': () => siteName,
  'generalInfo.getBusinessName': () => siteName,
  'generalInfo.getLanguage': () => 'tr',
  'generalInfo.getLocale': () => ({ country: 'TR', languageCode: 'tr' }),
  'generalInfo.getPaymentCurrency': () => currency,
  'generalInfo.getTimeZone': () => 'Europe/Istanbul',
  'site.listPublishedSiteUrls': ({ filters = {} } = {}) => {
    const multilingualInfo = { defaultLanguage: true, languageCode: 'tr-TR' };
    const urls = [{ url: url(), primary: true, urlType: 'PREMIUM', multilingualInfo }];
    return { urls: filters.urlType === 'FREE' ? [] : urls };
  },
});
