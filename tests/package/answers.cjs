// What a site gets from the package, as plain values: they must be the same whichever way it was loaded, on whichever Node.
'use strict';
const { createHash } = require('node:crypto');

const config = { gateway: 'isbank', mode: 'test', merchant: { clientId: '190100000', storeKey: 'SIMSTORE12' } };

const bankResults = {
  mdStatus: '1', txstatus: 'Y', eci: '05', cavv: 'ABABBCgghAAAAABllJMDdZdTdic=', xid: 'N1An1iS5iN4u/1VWS6CgzSGRtN0=', PAResSyntaxOK: 'true', PAResVerified: 'true',
  md: '450803:51104213993AC8DFE8839C7F7E391B461115D09A1D88948C8ACE421D7D7EAA5A:3545:##190100000', MaskedPan: '450803***4509', version: '4.0',
  Response: 'Approved', ProcReturnCode: '00', AuthCode: 'P37891', HostRefNum: '632517184784', TransId: '26325RqiC11252', ErrMsg: '', rnd: 'J/jGATA5LLVaMfpU+Yyu',
  ReturnOid: 'Tk4mPq8sVx2bNw6zRy0c', merchantID: '190100000', clientIp: '85.34.78.112',
};

module.exports = async function answers(velopos) {
  const pos = velopos.createPos(config);
  const started = await pos.start({
    id: 'Tk4mPq8sVx2bNw6zRy0c',
    amount: '149.90',
    currency: 'TRY',
    urls: { ok: 'https://shop.example/ok', fail: 'https://shop.example/fail' },
    customer: { language: 'tr' },
  });
  const { hash, HASH, ...sent } = started.redirect.fields;
  const message = signed({ ...echo(sent), ...bankResults });
  const payment = await pos.finish(started.order, message);
  const ids = Array.from({ length: 100 }, () => velopos.newOrderId());
  return {
    names: Object.keys(velopos).sort(),
    twoStageHash: velopos.generateHashData('123qweASD/', '30691298', 'ORDER1001149.90'),
    formIsSigned: (hash || HASH) === ver3(sent),
    redirect: started.redirect.kind,
    paid: [payment.status, payment.proof, payment.amount, payment.orderId],
    tampered: await codeOf(velopos, () => pos.finish(started.order, message.replace('149.90', '1.00'))),
    misspelt: await codeOf(velopos, () => velopos.createPos({ ...config, merchnat: {} })),
    ids: ids.every((id) => /^[A-Za-z0-9]{20,}$/.test(id)) && new Set(ids).size === ids.length,
  };
};

function echo(sent) {
  const { refreshtime, ...echoed } = sent;
  return echoed;
}

function signed(fields) {
  return new URLSearchParams({ ...fields, HASH: ver3(fields) }).toString();
}

/** The bank's digest, by Node's own crypto. */
function ver3(fields) {
  const upper = (name) => name.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  const escape = (value) => value.replace(/\\/g, '\\\\').replace(/\|/g, '\\|');
  const names = Object.keys(fields).filter((name) => !['HASH', 'ENCODING', 'COUNTDOWN', 'NATIONALIDNO'].includes(upper(name)));
  names.sort((a, b) => (upper(a) < upper(b) ? -1 : 1));
  return createHash('sha512').update([...names.map((name) => fields[name]), config.merchant.storeKey].map(escape).join('|')).digest('base64');
}

async function codeOf(velopos, work) {
  try {
    await work();
    return 'accepted';
  } catch (error) {
    return error instanceof velopos.PosError ? error.code : error.stack;
  }
}
