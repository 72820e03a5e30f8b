// The shop of these tests: its accounts at each gateway (the simulator's credentials), its orders, and what must never leak.
export const isbank = {
  gateway: 'isbank',
  mode: 'test',
  merchant: { clientId: '190100000', storeKey: 'SIMSTORE12', apiUser: 'simapi', apiPassword: 'simpass12' },
};
export const isbankWithoutApi = { ...isbank, merchant: { clientId: '190100000', storeKey: 'SIMSTORE12' } };
export const isbank3d = { ...isbank, model: '3d' };

export const paytr = {
  gateway: 'paytr',
  mode: 'test',
  merchant: { merchantId: '190200', merchantKey: 'simPaytrKey12345', merchantSalt: 'simPaytrSalt6789' },
};

export const iyzico = {
  gateway: 'iyzico',
  mode: 'test',
  merchant: { apiKey: 'sim-api-key-12345678', secretKey: 'sim-secret-key-12345678', merchantId: '190300' },
};

/** A production account whose credentials nobody has published. */
export const isbankLive = {
  gateway: 'isbank',
  merchant: { clientId: '780012345', storeKey: 'Kq7vX2mPz9', apiUser: 'canli', apiPassword: 'h4Tn8wLq' },
};

export const order = {
  id: 'Tk4mPq8sVx2bNw6zRy0c',
  amount: '149.90',
  currency: 'TRY',
  urls: { ok: 'https://shop.example/_functions/payment3DSuccess/8f2k', fail: 'https://shop.example/_functions/payment3DFail/8f2k' },
  customer: { ip: '85.34.78.112', email: 'ayse@example.com', name: 'Ayşe Yılmaz', phone: '05321234567', language: 'tr' },
  basket: [{ name: 'Çini tabak', price: '149.90', quantity: 1 }],
};

/** The shape of the 3d model's card: it goes into the form that the browser posts, and nowhere else. */
export const card = { number: '4508034508034509', month: '12', year: '30', cvv: '000' };

const secrets = ['SIMSTORE12', 'simpass12', 'simPaytrKey12345', 'simPaytrSalt6789', 'sim-secret-key-12345678', 'Kq7vX2mPz9', 'h4Tn8wLq',
  card.number];

/** @returns {string[]} the secrets that occur in a text, plain or as base64, hexadecimal or percent-encoding would show them */
export function secretsIn(text) {
  return secrets.filter((secret) => [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), Buffer.from(secret).toString('hex')]
    .some((shown) => text.includes(shown)));
}
