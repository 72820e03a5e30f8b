import wixData from 'wix-data';

// Jobs run with the site's own permissions, so this needs no suppressAuth.
export async function nightly() {
  await wixData.insert('Private', { _id: 'nightly', at: Date.now() });
}
