import { fetch } from './network.js';

export { fetch };

export async function getJSON(url, options = {}) {
  const response = await fetch(url, { ...options, headers: { accept: 'application/json', ...options.headers } });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response.json();
}
