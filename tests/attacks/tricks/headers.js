// Where a webhook's signature stands, and where it does not.

const rest = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !/^x-iyz-signature/i.test(name)));
const given = (headers) => String(Object.entries(headers).find(([name]) => /^x-iyz-signature/i.test(name))?.[1] ?? '');

const WAYS = [
  (headers) => rest(headers),
  (headers) => ({ ...rest(headers), 'x-iyz-signature': given(headers) }),
  (headers) => ({ ...rest(headers), 'x-iyz-signature-v2': given(headers) }),
  (headers) => ({ ...rest(headers), 'X-IYZ-SIGNATURE-V3': given(headers) }),
  (headers, other) => ({ ...headers, 'X-Iyz-Signature-V3': other }),
  (headers, other) => ({ 'X-Iyz-Signature-V3': other, ...headers }),
  (headers, other) => ({ ...rest(headers), 'x-iyz-signature-v3': other }),
  (headers, other) => ({ ...rest(headers), 'x-iyz-signature-v3': `${given(headers)}, ${other}` }),
  (headers, other) => ({ ...rest(headers), 'x-iyz-signature-v3': [given(headers), other] }),
  (headers) => ({ ...rest(headers), 'x-iyz-signature-v3': ` ${given(headers)} ` }),
  (headers) => ({ ...rest(headers), 'x-iyz-signature-v3': given(headers).toUpperCase() }),
  (headers) => ({ ...rest(headers), 'x-iyz-signature-v3': `sha256=${given(headers)}` }),
  (headers) => ({ ...rest(headers), 'x-iyz-signature-v3': Buffer.from(given(headers), 'hex').toString('base64') }),
  (headers) => ({ ...rest(headers), 'x-iyz-signature-v3': given(headers).slice(0, 32) }),
  (headers) => ({ ...rest(headers), 'x-iyz-signature-v3': '' }),
  (headers) => ({ ...rest(headers), 'x-iyz-signature-v3': undefined }),
  (headers) => ({ ...rest(headers), 'x-iyz-signature-v3': true }),
  (headers) => ({ ...rest(headers), 'x-iyz-signature-v3 ': given(headers) }),
  (headers) => ({ ...rest(headers), 'x-\u0131yz-signature-v3': given(headers) }),
  (headers) => Object.setPrototypeOf(rest(headers), { 'x-iyz-signature-v3': given(headers) }),
  (headers) => ({ get: (name) => (name.endsWith('v3') ? given(headers) : '') }),
  () => ({ get: () => '' }),
  () => undefined,
];

export const tricks = {
  'headers in another way': (draft, world, dice) => {
    draft.headers = dice.pick(WAYS)(draft.headers ?? {}, dice.pick(world.allDigests));
  },
};
