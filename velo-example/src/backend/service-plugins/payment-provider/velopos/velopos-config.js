// What Wix shows of the payment provider. Wix reads it when the site is published, and says nothing about a mistake: the provider then
// simply does not appear. `paymentMethods` is a list, and a logo needs both forms in both colours.

/** The pictures of velo-example/media. Put them into your site's Media Manager, and their addresses here. */
const MEDIA = 'https://static.wixstatic.com/media';

/** @returns {import('interfaces-psp-v1-payment-service-provider').PaymentServiceProviderConfig} */
export function getConfig() {
  return {
    title: 'velopos – sanal POS',
    paymentMethods: [{
      hostedPage: {
        title: 'Kredi veya banka kartı',
        logos: {
          white: { svg: `${MEDIA}/velopos-card-white.svg`, png: `${MEDIA}/velopos-card-white.png` },
          colored: { svg: `${MEDIA}/velopos-card.svg`, png: `${MEDIA}/velopos-card.png` },
        },
        // PayTR and iyzico want to know the buyer. A shop that has only a bank's virtual POS may leave the list empty.
        billingAddressMandatoryFields: ['FIRST_NAME', 'LAST_NAME', 'EMAIL', 'PHONE'],
      },
    }],
    credentialsFields: [
      { simpleField: { name: 'siteUrl', label: 'Sitenizin adresi / Your site’s address (https://www.…)' } },
      { simpleField: { name: 'account', label: '“velopos” sırrındaki hesap adı, boşsa ilki / Account in the secret “velopos”, the first if empty' } },
    ],
  };
}
