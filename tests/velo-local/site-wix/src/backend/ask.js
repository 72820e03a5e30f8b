import wixData from 'wix-data';
import { fetch } from 'wix-fetch';
import { getSecret } from 'wix-secrets-backend';

/** Asks the bank about every intent, as a scheduled job does. */
export async function ask() {
  const url = await getSecret('bankUrl');
  const { items } = await wixData.query('Intents').find();
  for (const { _id } of items) {
    await fetch(url, { method: 'POST', headers: { 'content-type': 'text/xml' }, body: `<inquiry>${_id}</inquiry>` });
    console.log('asked about', _id);
  }
}
