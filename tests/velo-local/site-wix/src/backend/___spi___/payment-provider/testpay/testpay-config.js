import * as paymentProvider from 'interfaces-psp-v1-payment-service-provider';

const picture = (name) => ({ svg: `https://static.example.com/${name}.svg`, png: `https://static.example.com/${name}.png` });

export function getConfig() {
  return {
    title: 'Testpay',
    paymentMethods: [{ hostedPage: {
      title: 'Kartla öde',
      logos: { white: picture('white'), colored: picture('colored') },
      billingAddressMandatoryFields: [paymentProvider.MandatoryField.EMAIL, 'PHONE'],
    } }],
    credentialsFields: [
      { simpleField: { name: 'siteUrl', label: 'Site address' } },
      { dropdownField: { name: 'account', label: 'Account', options: [{ key: 'one', value: 'First' }, { key: 'two', value: 'Second' }] } },
      { checkboxField: { name: 'strict', label: 'Strict' } },
    ],
  };
}
