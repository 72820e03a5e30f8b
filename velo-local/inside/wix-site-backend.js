// wix-site-backend, which tells about a site but not its address, and wix-urls.v2, which tells that.

import { restricted, wix } from './wix-service.js';

const asked = ['getSiteDisplayName', 'getBusinessName', 'getLanguage', 'getLocale', 'getPaymentCurrency', 'getTimeZone'];

export const generalInfo = Object.freeze(Object.fromEntries(asked.map((name) => [name, () => wix(`generalInfo.${name}`)])));

export const site = Object.freeze({ listPublishedSiteUrls: restricted('site.listPublishedSiteUrls') });
