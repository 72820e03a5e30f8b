import { Permissions, webMethod } from 'wix-web-module';
import { createPayment } from 'wix-pay-backend';
import * as wixPay from 'wix-pay-backend';
import { generalInfo } from 'wix-site-backend';
import { elevate } from 'wix-auth';
import { site } from 'wix-urls.v2';

export const create = webMethod(Permissions.Anyone, (info) => createPayment(info).catch((error) => ({ code: error.details.applicationError.code })));

export const mug = webMethod(Permissions.Anyone, async () => {
  const items = [{ name: 'Kupa', price: 124.95, quantity: 2 }];
  const userInfo = { firstName: 'Ayşe', lastName: 'Yılmaz', email: 'ayse@example.com', phone: null };
  return (await createPayment({ amount: 249.9, items, userInfo })).id;
});

export const known = webMethod(Permissions.Anyone, async () => ({
  names: Object.keys(wixPay).sort(),
  name: await generalInfo.getSiteDisplayName(),
  currency: await generalInfo.getPaymentCurrency(),
  refused: await site.listPublishedSiteUrls().catch((error) => error.details.applicationError.code),
  urls: (await elevate(site.listPublishedSiteUrls)({ filters: { primary: true } })).urls,
}));
