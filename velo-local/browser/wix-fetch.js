// wix-fetch in page code: the browser's own fetch, and getJSON.

export const fetch = (url, options) => globalThis.fetch(url, options);

export async function getJSON(url, options) {
  const response = await fetch(url, { ...options, method: 'GET' });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response.json();
}

export default { fetch, getJSON };
