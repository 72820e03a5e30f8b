// wix-location-frontend: where the page is, and going elsewhere.

const GOES_TO = ['http:', 'https:', 'mailto:', 'tel:'];

const current = () => new URL(window.location.href);

/** A page of this site keeps the visitor's language, as it does on a multilingual site; HTTP functions are not pages. */
export function to(url) {
  const target = new URL(url, window.location.origin);
  if (!GOES_TO.includes(target.protocol)) throw new TypeError(`wixLocation.to: ${url} is not an address to go to`);
  const language = current().searchParams.get('lang');
  const page = target.origin === window.location.origin && !target.pathname.startsWith('/_');
  if (page && language && !target.searchParams.has('lang')) target.searchParams.set('lang', language);
  window.location.assign(target.href);
}

export function onChange(handler) {
  window.addEventListener('popstate', () => handler({ path: location.path.join('/') }));
}

export const queryParams = {
  add(values) {
    change((params) => Object.entries(values).forEach(([name, value]) => params.set(name, value)));
  },
  remove(names) {
    change((params) => names.forEach((name) => params.delete(name)));
  },
};

function change(edit) {
  const url = current();
  edit(url.searchParams);
  window.history.replaceState(null, '', url);
}

const location = {
  get url() { return window.location.href; },
  get baseUrl() { return window.location.origin; },
  get protocol() { return window.location.protocol.slice(0, -1); },
  get path() { return window.location.pathname.split('/').filter(Boolean).map(decodeURIComponent); },
  get prefix() { return undefined; },
  get query() { return Object.fromEntries(current().searchParams); },
  queryParams,
  to,
  onChange,
};

export default location;
export const { url, baseUrl, protocol, path, prefix, query } = location;
