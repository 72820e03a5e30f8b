// Garanti's digests and its 3-D gate: forms, pages, returns, and what a dishonest customer makes of them. The API is in
// garanti-api.test.js.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CARDS } from '../../banks/cards.js';
import { parseForm, valueOf } from '../../banks/form.js';
import { createGaranti, SIMULATOR_ACCOUNT } from '../../banks/garanti.js';
import { callbackHash, formHash, replyHash, requestHash, securityData, SIGNED_FIELDS } from '../../banks/garanti-hash.js';
import { startBanks } from '../../banks/server.js';
import { browse, formOf, passwordIn, payByHand, startShop, typed } from './fake-shop.js';

const { storeKey, provisionPassword, hostedPassword } = SIMULATOR_ACCOUNT;
const HOSTED = ['OOS_PAY', '3D_OOS_PAY', '3D_OOS_HALF', '3D_OOS_FULL'];
const CARD = { cardnumber: '4000000000000002', cardexpiredatemonth: '12', cardexpiredateyear: '30', cardcvv2: '000' };
let orders = 0;
let shop;
let banks;

before(async () => {
  shop = await startShop();
  banks = await startBanks({ shopOrigin: shop.origin, garanti: { times: { slowMs: 60, repeatMs: 5 } } });
});
after(() => Promise.all([shop.close(), banks.close()]));

function formFields(changes = {}, { password = provisionPassword } = {}) {
  const form = {
    mode: 'TEST', apiversion: '512', secure3dsecuritylevel: '3D_OOS_PAY', terminalprovuserid: 'PROVAUT', terminaluserid: 'PROVAUT',
    terminalmerchantid: '7000679', terminalid: '30691297', txntype: 'sales', txnamount: '14990', txncurrencycode: '949',
    txninstallmentcount: '', orderid: `ORDER${(orders += 1)}X`, successurl: `${shop.origin}/ok`, errorurl: `${shop.origin}/fail`,
    customeripaddress: '127.0.0.1', customeremailaddress: 'a@b.example', lang: 'tr', txntimestamp: '2026-11-21T15:42:33Z',
    refreshtime: '1', companyname: 'Örnek', ...changes,
  };
  return { ...form, secure3dhash: changes.secure3dhash ?? formHash(form, { storeKey, password }) };
}

const gate = () => `${banks.url}/garanti/servlet/gt3dengine`;
const asObject = (fields) => Object.fromEntries(fields);
const visit = async (form, customer) => {
  const { url, fields, ...rest } = await banks.garanti.visit(form, customer);
  return { ...rest, fields, back: asObject(fields ?? []), path: url?.slice(shop.origin.length) };
};
const verifies = (fields, version = '512') => {
  const { hash, hashparams, hashparamsval } = asObject(fields);
  const expected = callbackHash(fields, { version, storeKey });
  return hashparams === SIGNED_FIELDS && hash === expected.hash && hashparamsval === expected.hashparamsval;
};
const decision = ({ back, path }) => [path, back.mdstatus, back.procreturncode, back.response];

// ---- the digests

test('the two stages, in both versions: form and request', () => {
  const account = { storeKey: '12345678', password: '123qweASD/' };
  assert.equal(securityData('123qweASD/', '30691298'), '1639636D00AB5EF0B3CE073BB222BFAAC2C2C38D');
  const form = {
    apiversion: '512', terminalid: '30691298', orderid: 'order222', txnamount: '10025', txncurrencycode: '949',
    successurl: 'https://domain.com/success', errorurl: 'https://domain.com/fail_url', txntype: 'sales', txninstallmentcount: '',
  };
  assert.equal(
    formHash(form, account),
    '372D6CB20B2B699D0A6667DFF46E3AA8CF3F9D8C2BB69A7C411895151FFCFAAB5277CCFE3B3A06035FEEFBFBFD40C79DBE51DBF867D0A24B37335A28F0CEFDE2',
  );
  const page = 'http://localhost/garanti/3d-pay/response.php';
  const old = {
    ...form, apiversion: 'v0.01', orderid: '20221101657A', txnamount: '101', successurl: page, errorurl: page, txninstallmentcount: '2',
  };
  assert.equal(formHash(old, account), '06A4AA2C344F7F1E1CF7610E64797D9282A0D638', 'as a bank echoed it in 2022');
  const request = {
    version: '512', orderId: 'order222', terminalId: '30691298', cardNumber: '', amount: '10025', currencyCode: '949',
  };
  assert.equal(
    requestHash(request, account.password),
    '0CFE09F107274C6A07292DA061A4EECAB0F5F0CF87F831F2D3626A3346A941126C52D1D95A3B77ADF5AC348B3D25C76BA5D8D98A29557D087D3367BFFACCD25C',
  );
  const withCard = { ...request, version: 'v0.01', cardNumber: '4282209004348015' };
  assert.equal(requestHash(withCard, account.password), '8893BA47F8BE780CC92A5E6D405E04F47C948C14');
});

test('requests as the bank’s own examples sign them: inquiry, void, refund, sale with a card', () => {
  const examples = {
    '64fae2fefe604721a082650873865e45':
      '3255D0F62BE0691F4D454A2B047325638E9ACAF71BF6BD511D4EF34ABD7D50563513046A76B7B0BFA2BAA7A7C7E3FAA902473D35CA57E94D40487544E03F4000',
    '981fb46e0d464dab9de9f392f090a892':
      'F1C66A60A57F9DB0657A52708BFDD84BBD17E0CC5B00A0E5DEA2417EAD76058A9F2B97DF232D9918CAC917EDA4C99E8FA971EBC0395CD37879AD689689E2C9EF',
    ec2e065b7e32496a8986a18957a7e60e:
      'F252824795D1128797922A61320819721E5D178BDF6401C09EF742DF5833A88559978CCC164B8161FD4424DBB77D80BAC470991A549E774A8F490C47EC717B38',
  };
  const common = { version: '512', terminalId: '30691297', amount: '10000', currencyCode: '949' };
  for (const [orderId, expected] of Object.entries(examples)) {
    assert.equal(requestHash({ ...common, orderId }, '123qweASD/'), expected);
  }
  assert.equal(
    requestHash({ ...common, orderId: 'da4009cff27645978084d04c7accaf46', cardNumber: '5406697543211173' }, '123qweASD/'),
    'E88EA8FBFAECA0516911851A22D3F06C3D7CB64B830B20D1B4DEB7F4C0CCD4773AA9F872F28124F843EBB06B41D0CA137F5C61775A043CEBDA985A8E85BA0DEF',
  );
});

test('returns of the bank’s test terminal: an approval of 2022, a decline with its blank, an authentication of 2024', () => {
  const common = { clientid: '30691298', mdstatus: '1', cavv: 'jCm0m+u/0hUfAREHBAMBcfN+pSo=', eci: '02' };
  const approved = {
    ...common, oid: '20221101657A', authcode: '304919', procreturncode: '00', response: 'Approved', rnd: 'pfEyUZI0g2djbK4UiqKx',
    md: 'G1YfkxEZ8Noemg4MRspO20vEiXaEk51A7ajPU4mKMSU5LSbRZ/DYiHzgrGsFz6Ow7ditodw/u5116kO5t/Gvv4yZ89KOHO06jIquCipc01ocHKHSyQU187XPZksYUFppPDpqjtgAGiQUXRGSuJJRig==',
  };
  const declined = {
    ...common, oid: '20221101A0F9', authcode: ' ', procreturncode: '92', response: 'Declined', rnd: 's5sBV3uf+DTkj2PXQc2/',
    md: 'G1YfkxEZ8Noemg4MRspO20vEiXaEk51ANsgVc6NOy8kP0D9xGRZDbWgvgfOt1WTolrbReg1xoLFLHlZ6uZPLz/t34VcRCRNzRuGqMkRi/+r0cKRbNRVp5TJPl7blsqS8ykvTCtee14fMPIv0bohT6A==',
  };
  const authenticated = {
    ...common, oid: '20240310D17E', authcode: '', procreturncode: '', response: '', rnd: 'WS5m0vq/9QA2vOA1O3l0',
    md: 'aW5kZXg6MDIYjoYTHmZE91tOHZxS3PEkm5MLNOtFzZ5K914RtN5+rhLhO8yz+cmEUcjkfzNwAnY+eqIM7irJ7LXR+izmjNBOCH8dnD4ZQz+bbPoMp7I8mUMwsTjuV4E4EhyyJaZ93v5675lrk2bb9dFEIcqnzVYt',
  };
  const hash = (fields, version) => callbackHash(Object.entries(fields), { version, storeKey: '12345678' }).hash;
  assert.equal(hash(approved, 'v0.01'), '76Ga8XKh8ynllnNt2rPkq2Q0Oa4=');
  assert.equal(hash(declined, 'v0.01'), 'F7iI4nt48tiTs5OSfOSeXy325v8=');
  assert.equal(
    hash(authenticated, '512'),
    '476399FBB4DA8A50FF6D32A5BF65F5535984413A7625B7DE7EA4E2F61517E8B64E5351F06BA5C76CE6B570E8CBD4453292AD4C37F5B1987DAEE46D07060D46BE',
  );
});

/** [code, RetrefNum, AuthCode, ProvDate, order, HashData] of answers of the bank's test terminal: sales, refusals, inquiries. */
const ANSWERS = [
  ['00', '230508300434', '304919', '20221101 13:14:19', '20221101D723', '1AAF91AE8000A94BF0B3FF42222E75E5837C98B9'],
  ['92', '', '', '20221101 13:19:22', '2022110189E1', 'FCA7BDA4204E448FF2695358D22E3B75125DC396'],
  ['92', '', '', '20221101 15:50:44', '20221101295D', '2C5E7171202254F3A721166A2F8D4C1EE9582C13'],
  ['05', '230508300968', '304919', '20221101 16:22:11', '20221101C9B8', '5820A79661E0B894407469B4F764BD58BDC270F1'],
  ['92', '230508300918', '', '20221101 16:01:45', '20221101EB13', 'B565B6FF2D9B5C3D36B4CC92459EB92B77886DCC'],
  ['00', '335709663080', '103550', '20231223 19:24:30', '202312238064',
    '1724AAE56E9EF08EAF70633AB5F56F55E538A18201A3A98E03D1DDFC4E2A3185FF6421261F96B3F3B052F0090D5CC15F3254051304F0589BD2061F2622B320A0'],
  ['12', '335709663083', '', '20231223 19:28:20', '20231223D98E',
    '9DDE1AFD673462C49AD5CBEB13139DE550D4F863A34842843270713577659F38C510B0BBF98DE6BCAA4ABDE382B3597672B9E508E67D0941DF26789132E281DE'],
  ['00', '', '', '20240106 23:10:14', '2024010649DF',
    '7A30CEC427029F563C74AFF7DAE5C2B81915E8246F9F087214AB7BEF63271F7BAC21BD39B80222A77BDDAD3CDA9B5E030D719A387FE18CC7F73FCC86E8B8FC2E'],
  ['92', '', '', '20240107 00:13:34', '202401010C20',
    'AC81A642617438C814095A8D07EB6F89118AB5937D2E784AD058CD099E7B50518F894EAD0B4BE6C6793F83B2C0274166A94E99D5545828D2A01BF583BF99D350'],
  ['00', '', '', '20240603 15:12:44', '',
    '8143B6233C873EC7C38AA560C98F34C646CB1F375B84C6760D6EDEFD914F396042C88625F5F5BA205C64C0C7D4C2ACD8F478EEE730AFA159930B5D479BEEC1F5'],
];

test('answers of the bank’s test terminal: their HashData covers everything but the amount', () => {
  const account = { terminalId: '30691298', password: '123qweASD/' };
  for (const [code, retrefNum, authCode, provDate, orderId, expected] of ANSWERS) {
    const version = expected.length === 128 ? '512' : 'v0.01';
    assert.equal(replyHash({ version, code, retrefNum, authCode, provDate, orderId }, account), expected, provDate);
  }
});

// A collection of public values beside the project, where there is one; the project stands without it.
const VECTORS = fileURLToPath(new URL('../../../shared/vectors/garanti.json', import.meta.url));

if (existsSync(VECTORS)) test('more values', (t) => {
  const ofRequest = (version) => ({ params, password }) => requestHash({
    version, orderId: params.OrderID, terminalId: params.TerminalID, cardNumber: params.CardNumber, amount: params.Amount,
    currencyCode: params.CurrencyCode,
  }, password);
  const ofReturn = (version) => ({ params, hashparams, ...rest }) =>
    callbackHash(Object.entries(params), { version, storeKey: rest.storeKey, list: hashparams }).hash;
  const schemes = {
    'garanti.securityData': ({ password, terminalId }) => securityData(password, terminalId),
    'garanti.secure3dhash.sha512': ({ params, ...account }) => formHash({ ...params, apiversion: '512' }, account),
    'garanti.secure3dhash.sha1': ({ params, ...account }) => formHash({ ...params, apiversion: 'v0.01' }, account),
    'garanti.hashdata.sha512': ofRequest('512'),
    'garanti.hashdata.sha1': ofRequest('v0.01'),
    'hashparams.sha512.HEX': ofReturn('512'),
    'hashparams.sha1.b64': ofReturn('v0.01'),
  };
  const { vectors } = JSON.parse(readFileSync(VECTORS, 'utf8'));
  for (const { id, scheme, inputs, expected, valid } of vectors) {
    assert.ok(schemes[scheme], `no formula for ${scheme}`);
    assert.equal(schemes[scheme](inputs) === expected, valid, id);
  }
  t.diagnostic(`${vectors.length} more values agree`);
});

// ---- the gate

test('a hosted payment, page by page, until the shop has it', async () => {
  const form = formFields();
  const cardPage = await browse(gate(), form);
  assert.equal(cardPage.status, 200);
  const shown = [
    'SİMÜLASYON – gerçek banka değildir', '149,90 TL', form.orderid, 'VELOPOS ÖRNEK MAĞAZA', 'id="pan"', 'id="cancel"',
  ];
  for (const text of shown) assert.ok(cardPage.html.includes(text), text);
  const { action, fields } = formOf(await payByHand(cardPage), 'return-form');
  assert.equal(action, form.successurl);
  assert.ok(verifies(fields));
  const back = asObject(fields);
  for (const [name, value] of Object.entries(form)) assert.equal(back[name], value, name);
  assert.deepEqual(
    [back.mdstatus, back.response, back.procreturncode, back.errmsg, back.clientid, back.terminalid, back.oid, back.transid],
    ['1', 'Approved', '00', '', '30691297', '30691297', form.orderid, form.orderid],
  );
  assert.match(back.authcode, /^\d{6}$/);
  assert.match(back.hostrefnum, /^\d{12}$/);
  assert.match(back.eci, /^\d\d$/);
  assert.equal(Buffer.from(back.md, 'base64').toString('latin1').slice(0, 8), 'index:02');
  assert.equal(back.MaskedPan, '40000000****0002');
  assert.ok(!fields.some(([, value]) => value.includes('4000000000000002')), 'the card number does not travel back');
  assert.equal(new Set(fields.map(([name]) => name)).size, fields.length, 'no name comes twice');
  await browse(action, fields);
  assert.equal(shop.visits.at(-1).path, '/ok');
  assert.equal(banks.garanti.find(form.orderid).status, 'paid');
  const [message] = banks.garanti.messages().filter(({ orderId }) => orderId === form.orderid);
  assert.deepEqual(parseForm(Buffer.from(message.body)), fields, 'what is recorded is what the browser sends');
});

test('the amount is not signed: the digest holds whatever the echoes say', async () => {
  const { fields } = await visit(formFields());
  const tampered = {
    txnamount: '1', txncurrencycode: '840', txntype: 'preauth', orderid: 'OTHER', hostrefnum: '1', secure3dsecuritylevel: '3D',
  };
  assert.ok(verifies(fields.map(([name, value]) => [name, tampered[name] ?? value])));
  for (const name of SIGNED_FIELDS.split(':').filter(Boolean)) {
    assert.ok(!verifies(fields.map(([each, value]) => [each, each === name ? `${value}7` : value])), name);
  }
});

test('which result of 3-D Secure is charged depends on the level', async () => {
  const cardOf = { 1: 'success', 2: '3ds-not-enrolled', 4: '3ds-attempt', 5: 'approved-without-3ds', 0: '3ds-failed' };
  const charged = {
    '3D_PAY': '1245', '3D_OOS_PAY': '1245', '3D_HALF': '124', '3D_OOS_HALF': '124', '3D_FULL': '1', '3D_OOS_FULL': '1', '3D': '',
  };
  for (const [level, those] of Object.entries(charged)) {
    for (const [mdstatus, name] of Object.entries(cardOf)) {
      const { pan } = CARDS.find((card) => card.name === name);
      const form = formFields({ secure3dsecuritylevel: level, ...(!HOSTED.includes(level) && { ...CARD, cardnumber: pan }) });
      const result = await visit(form, { card: name });
      const takes = those.includes(mdstatus);
      const onlyAuthenticated = level === '3D' && '124'.includes(mdstatus);
      assert.deepEqual(
        decision(result),
        [takes || onlyAuthenticated ? '/ok' : '/fail', mdstatus, takes ? '00' : '', takes ? 'Approved' : ''], `${level} ${mdstatus}`,
      );
      assert.equal(result.order?.status, takes ? 'paid' : undefined, `${level} ${mdstatus}`);
      assert.ok(verifies(result.fields));
    }
  }
});

test('the electronic commerce indicator is that of the card’s network', async () => {
  const eciOf = async (cardnumber) => {
    const { back } = await visit(formFields({ ...CARD, secure3dsecuritylevel: '3D_PAY', cardnumber }));
    return back.eci;
  };
  assert.deepEqual([await eciOf('4282209004348015'), await eciOf('5549600732695519')], ['05', '02']);
});

test('OOS_PAY asks for a card and for no password: a charge without 3-D Secure', async () => {
  const form = formFields({ secure3dsecuritylevel: 'OOS_PAY' });
  const done = await browse(formOf(await browse(gate(), form), 'card-form').action, typed('4000000000000002'));
  const { action, fields } = formOf(done, 'return-form');
  assert.equal(action, form.successurl);
  assert.deepEqual(['mdstatus', 'cavv', 'eci', 'response'].map((name) => valueOf(fields, name)), ['', '', '', 'Approved']);
  assert.ok(verifies(fields));
  assert.equal(banks.garanti.find(form.orderid).mdStatus, '');
});

test('declines: the bank’s words, and a blank where there is no authorization code', async () => {
  const codes = {
    'insufficient-funds': ['51', 'Declined'], expired: ['54', 'Declined'], refused: ['05', 'Declined'], 'bank-error': ['99', 'Error'],
  };
  for (const [card, [code, response]] of Object.entries(codes)) {
    const result = await visit(formFields(), { card });
    assert.deepEqual(decision(result), ['/fail', '1', code, response], card);
    assert.equal(result.back.authcode, ' ');
    assert.equal(result.back.hostmsg, 'İşleminizi gerçekleştiremiyoruz.Tekrar deneyiniz');
    assert.match(result.body, /(^|&)authcode=\+(&|$)/);
    assert.ok(verifies(result.fields));
    assert.deepEqual([result.order.status, result.order.code, result.order.captured], ['declined', code, 0n]);
  }
});

test('the old version of the form is signed with SHA-1, and so is its return', async () => {
  const { back, fields } = await visit(formFields({ apiversion: 'v0.01' }));
  assert.ok(verifies(fields, 'v0.01'));
  assert.match(back.hash, /^[A-Za-z0-9+/]{27}=$/);
  banks.garanti.settings.legacyVersions = false;
  assert.equal((await visit(formFields({ apiversion: 'v0.01' }))).back.mderrormessage, '0122');
  assert.equal((await visit(formFields())).back.mdstatus, '1');
  banks.garanti.settings.legacyVersions = true;
});

test('forms with a card: the gate goes straight to the password', async () => {
  for (const level of ['3D', '3D_PAY', '3D_HALF', '3D_FULL']) {
    const form = formFields({ secure3dsecuritylevel: level, ...CARD });
    const password = await browse(gate(), form);
    const done = await browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
    const { fields } = formOf(done, 'return-form');
    assert.equal(valueOf(fields, 'mdstatus'), '1');
    for (const name of Object.keys(CARD)) assert.equal(valueOf(fields, name), undefined, name);
    assert.ok(!done.html.includes(CARD.cardnumber));
  }
  for (const broken of [{ cardnumber: '4111111111111111' }, { cardnumber: '' }, { cardexpiredatemonth: '13' }, { cardcvv2: 'x' }]) {
    const { back, path } = await visit(formFields({ secure3dsecuritylevel: '3D_PAY', ...CARD, ...broken }));
    assert.deepEqual([path, back.mdstatus, back.mderrormessage], ['/fail', '8', 'Bilinmeyen kart numarasi']);
  }
});

test('3D authenticates and takes nothing', async () => {
  const { back, fields, order } = await visit(formFields({ secure3dsecuritylevel: '3D', ...CARD }));
  assert.deepEqual([back.authcode, back.procreturncode, back.response, back.hostrefnum, back.errmsg], ['', '', '', '', '']);
  assert.equal(order, undefined);
  assert.ok(verifies(fields));
});

test('a wrong hash comes back as mdstatus 7, and nothing about it is signed', async () => {
  const wrong = [
    { ...formFields(), txnamount: '1' }, { ...formFields(), txncurrencycode: '840' }, { ...formFields(), orderid: 'OTHER1' },
    { ...formFields(), successurl: `${shop.origin}/elsewhere` }, { ...formFields(), txninstallmentcount: '3' },
    formFields({ secure3dhash: 'X' }), formFields({}, { password: 'other' }),
    { ...formFields(), secure3dhash: formFields().secure3dhash.toLowerCase() },
  ];
  for (const form of wrong) {
    const { back, path } = await visit(form);
    assert.deepEqual(
      [path, back.mdstatus, back.mderrormessage, back.errmsg, back.response, back.procreturncode, back.clientid, back.oid],
      ['/fail', '7', 'Guvenlik Kodu hatali', 'Guvenlik Kodu hatali', 'Error', '99', '30691297', form.orderid],
    );
    assert.deepEqual([back.hash, back.hashparams, back.rnd, back.md], [undefined, undefined, undefined, undefined]);
    assert.equal(back.secure3dhash, form.secure3dhash);
  }
  banks.garanti.settings.signRefusals = true;
  assert.ok(verifies((await visit(formFields({ secure3dhash: 'X' }))).fields));
  banks.garanti.settings.signRefusals = false;
});

test('other forms that cannot be accepted', async () => {
  const reasonFor = async (changes) => (await visit(formFields(changes))).back.mderrormessage;
  assert.equal(await reasonFor({ secure3dsecuritylevel: 'CUSTOM_PAY' }), 'Isyeri kullanim tipi desteklenmiyor');
  assert.equal(await reasonFor({ secure3dsecuritylevel: 'constructor' }), 'Isyeri kullanim tipi desteklenmiyor');
  for (const changes of [
    { txnamount: '149.90' }, { txnamount: '0' }, { txnamount: '-1' }, { txncurrencycode: 'TRY' }, { txncurrencycode: 'constructor' },
    { txntype: 'refund' }, { txninstallmentcount: '37' }, { txninstallmentcount: 'x' }, { orderid: 'Ş1' }, { orderid: 'a'.repeat(33) },
    { terminalmerchantid: '1' }, { mode: 'LIVE' },
  ]) {
    assert.equal(await reasonFor(changes), 'Sistem Hatasi', JSON.stringify(changes));
  }
  for (const name of ['customeripaddress', 'terminaluserid', 'orderid', 'mode']) {
    assert.equal(await reasonFor({ [name]: '' }), `Zorunlu alan gonderilmedi: ${name}`);
  }
  banks.garanti.settings.levels = ['3D'];
  assert.equal(await reasonFor({}), 'Isyeri kullanim tipi desteklenmiyor');
  banks.garanti.settings.levels = ['3D', '3D_PAY', '3D_HALF', '3D_FULL', ...HOSTED];
  assert.match((await browse(gate(), formFields({ terminalid: '1' }))).html, /0752/);
  const twice = await fetch(gate(), { method: 'POST', body: `${new URLSearchParams(formFields())}&ORDERID=2` });
  assert.match(await twice.text(), /iki kez/);
  assert.match((await browse(gate(), formFields({ errorurl: 'https://shop.example/fail' }))).html, /successurl/);
  assert.match(await (await fetch(gate(), { method: 'POST', body: 'a=%' })).text(), /okunamadı/);
  assert.equal((await fetch(gate())).status, 405);
});

test('a single payment may be called nothing, 0 or 1', async () => {
  for (const txninstallmentcount of ['', '0', '1']) {
    const { back } = await visit(formFields({ txninstallmentcount }));
    assert.deepEqual([back.response, back.txninstallmentcount], ['Approved', txninstallmentcount]);
  }
  assert.match((await browse(gate(), formFields({ txninstallmentcount: '3' }))).html, /<dd>3<\/dd>/);
});

test('users: who may send a customer to the gate', async () => {
  const names = { terminalprovuserid: 'PROVOOS', terminaluserid: 'PROVOOS' };
  const asHosted = (changes) => formFields({ ...names, ...changes }, { password: hostedPassword });
  const answer = async (form) => (await visit(form)).back.mdstatus;
  for (const secure3dsecuritylevel of HOSTED.slice(1)) assert.equal(await answer(asHosted({ secure3dsecuritylevel })), '1');
  assert.equal(await answer(asHosted({ secure3dsecuritylevel: '3D_PAY', ...CARD })), '7', 'the hosted page only');
  assert.equal(await answer(formFields({ terminalprovuserid: 'PROVOOS' })), '7', 'signed with its own password only');
  assert.equal(await answer(formFields({ terminalprovuserid: 'PROVRFN' }, { password: SIMULATOR_ACCOUNT.refundPassword })), '7');
  assert.equal(await answer(formFields({ terminalprovuserid: 'NOBODY' }, { password: 'null' })), '7', 'no user, no password');
  banks.garanti.settings.hostedUserRequired = true;
  assert.deepEqual([await answer(formFields()), await answer(asHosted())], ['7', '1']);
  banks.garanti.settings.hostedUserRequired = false;
  banks.garanti.settings.closedUsers = ['PROVAUT'];
  assert.equal(await answer(formFields()), '7');
  banks.garanti.settings.closedUsers = [];
});

test('what the customer may do on the pages: wrong number, wrong password, cancel, English', async () => {
  const open = () => browse(gate(), formFields());
  const page = await open();
  const real = await browse(formOf(page, 'card-form').action, typed('4111111111111111'));
  assert.match(real.html, /role="alert"/);
  assert.match((await browse(`${page.url}?lang=en`)).html, /Card number/);
  let password = await browse(formOf(page, 'card-form').action, typed('4282 2090 0434 8015'));
  for (let i = 0; i < 2; i += 1) password = await browse(formOf(password, 'otp-form').action, { otp: '1', action: 'confirm' });
  assert.match(password.html, /Wrong code/);
  const failed = formOf(await browse(formOf(password, 'otp-form').action, { otp: '', action: 'confirm' }), 'return-form');
  assert.deepEqual(['mdstatus', 'cavv', 'procreturncode'].map((name) => valueOf(failed.fields, name)), ['0', '', '']);

  const cancelled = formOf(await browse(formOf(await open(), 'card-form').action, { action: 'cancel' }), 'return-form');
  assert.equal(cancelled.action, `${shop.origin}/fail`);
  assert.ok(verifies(cancelled.fields));
  assert.deepEqual(['mdstatus', 'response'].map((name) => valueOf(cancelled.fields, name)), ['0', 'Error']);
  assert.equal((await visit(formFields(), { card: 'cancel' })).back.mdstatus, '0');
  assert.deepEqual((({ body, order }) => [body, order])(await visit(formFields(), { card: 'close' })), [null, undefined]);
  assert.equal((await browse(`${banks.url}/garanti/servlet/pay/${'0'.repeat(32)}`)).status, 404);
});

test('a page that was left open expires', async () => {
  let now = Date.UTC(2026, 10, 21);
  const bank = createGaranti({ now: () => now });
  const form = formFields();
  const request = (path, body = '') => ({
    path, method: body ? 'POST' : 'GET', query: new URLSearchParams(), headers: {}, body: Buffer.from(body),
  });
  const { headers } = await bank.handle(request('/servlet/gt3dengine', `${new URLSearchParams(form)}`));
  const path = headers.location.slice('/garanti'.length);
  assert.equal((await bank.handle(request(path))).status, 200);
  now += 16 * 60_000;
  assert.equal((await bank.handle(request(path))).status, 410);
  bank.close();
});

test('the silent card: the money is gone and no form leads back', async () => {
  const form = formFields();
  const done = await payByHand(await browse(gate(), form), '4000000000770000');
  assert.match(done.html, /id="silent"/);
  assert.ok(!done.html.includes('return-form'));
  assert.equal(banks.garanti.find(form.orderid).status, 'paid');
  assert.equal(banks.garanti.messages().filter(({ orderId }) => orderId === form.orderid).length, 0);
});

test('the slow card makes the browser wait; confirming twice charges once', async () => {
  const form = formFields();
  const started = Date.now();
  const password = await browse(formOf(await browse(gate(), form), 'card-form').action, typed('4000000000880007'));
  const confirm = () => browse(formOf(password, 'otp-form').action, { otp: passwordIn(password), action: 'confirm' });
  const [first, second] = await Promise.all([confirm(), confirm()]);
  assert.ok(Date.now() - started >= 60);
  assert.deepEqual(formOf(first, 'return-form'), formOf(second, 'return-form'));
  assert.equal(banks.garanti.find(form.orderid).entries, 1);
});

test('one order, one sale: the second is refused, a declined one may be tried again', async () => {
  const paid = formFields();
  await visit(paid);
  const second = await visit(paid);
  assert.deepEqual(decision(second), ['/fail', '1', '92', 'Declined']);
  assert.equal(second.back.errmsg, 'ErrorId: 0104');
  assert.equal(second.back.hostmsg, 'Aynı sipariş içinde sadece bir tane satış işlemi yapılabilir');
  assert.equal(second.order.entries, 1);
  const declined = formFields();
  await visit(declined, { card: 'expired' });
  assert.equal((await visit(declined)).order.status, 'paid');
});

test('a pre-authorisation is only authorised', async () => {
  const { order, back } = await visit(formFields({ txntype: 'preauth' }));
  assert.deepEqual([order.status, order.captured, back.procreturncode], ['authorized', 0n, '00']);
});

test('charset, missing echoes, repeated returns, forced outcomes', async () => {
  const bank = createGaranti({ courier: banks.courier, times: { repeatMs: 5 } });
  const go = async (customer, form = formFields()) => bank.visit(form, customer);
  bank.settings.charset = 'ISO-8859-9';
  const latin = await go({ card: 'expired' });
  assert.ok(latin.body.includes('hostmsg=%DD%FEleminizi+'), 'İ and ş are single bytes');
  assert.ok(verifies(parseForm(Buffer.from(latin.body))));
  bank.settings.charset = 'UTF-8';
  assert.ok((await go({ card: 'expired' })).body.includes('hostmsg=%C4%B0%C5%9Fleminizi+'));
  bank.settings.omit = ['lang', 'txnamount', 'mdstatus'];
  const without = asObject((await go()).fields);
  assert.deepEqual(['lang', 'txnamount', 'mdstatus', 'oid'].map((name) => name in without), [false, false, false, true]);
  Object.assign(bank.settings, { omit: [], repeatCallback: 2 });
  const seen = shop.visits.length;
  const { body } = await go();
  await shop.visited(seen + 2);
  assert.ok(shop.visits.slice(seen).every((each) => each.path === '/ok' && each.body === body));
  const form = formFields();
  bank.force(form.orderid, 'insufficient-funds');
  assert.equal((await go({ card: 'success' }, form)).order.code, '51');
});

// ---- around it

async function control(path, order) {
  const headers = { 'content-type': 'application/json', origin: banks.url, 'x-control-token': banks.controlToken };
  return (await fetch(banks.url + path, { method: 'POST', headers, body: JSON.stringify(order) })).json();
}

test('in the attacker’s hands a genuine failure verifies as a success, with a list of his own or a moved border', async () => {
  const { orderid } = formFields();
  await visit(formFields({ orderid }), { card: '3ds-failed' });
  const message = banks.garanti.messages().at(-1);
  const forged = async (attack) => {
    const { request } = await control('/attacker/send', { message: message.id, attack });
    return parseForm(Buffer.from(request.body));
  };
  const holds = (fields) => {
    const { hash, hashparams: list } = asObject(fields);
    return hash === callbackHash(fields, { version: '512', storeKey, list }).hash;
  };
  const own = await forged('own-list');
  assert.ok(holds(own));
  assert.notEqual(valueOf(own, 'hashparams'), SIGNED_FIELDS);
  const decisive = ['mdstatus', 'procreturncode', 'response', 'oid'].map((name) => valueOf(own, name));
  assert.deepEqual(decisive, ['1', '00', 'Approved', orderid]);
  const shifted = await forged('shift');
  assert.ok(holds(shifted) && verifies(shifted), 'the bank’s own list, and still valid');
  assert.deepEqual(['oid', 'authcode'].map((name) => valueOf(shifted, name)), [orderid.slice(0, -1), 'X']);
  assert.equal(valueOf(await forged('drop-signature'), 'hash'), undefined);
  assert.equal(valueOf(await forged('empty-signature'), 'hash'), '');

  await visit(formFields({ secure3dhash: 'X' }));
  const unsigned = banks.garanti.messages().at(-1);
  assert.match((await control('/attacker/send', { message: unsigned.id, attack: 'own-list' })).error, /does not fit/);
});

test('Garanti stands in the ledger and on the control page', async () => {
  const form = formFields();
  await visit(form);
  const ledger = await (await fetch(`${banks.url}/ledger.json`)).json();
  const [entry] = ledger.filter(({ orderId }) => orderId === form.orderid);
  assert.deepEqual([entry.system, entry.status, entry.minor, entry.currency], ['garanti', 'paid', '14990', 'TRY']);
  assert.match(await (await fetch(`${banks.url}/control`)).text(), /data-bank="garanti"[\s\S]*orderhistoryinq/);
  assert.match(await (await fetch(`${banks.url}/?lang=tr`)).text(), /Garanti BBVA/);
  assert.match((await control('/control', { bank: 'garanti', fault: { kind: 'x' } })).error, /wrong-hash/);
  const accepted = await control('/control', { bank: 'garanti', settings: { statusLagMs: 0 }, settle: true, clearFaults: true });
  assert.equal(accepted.error, undefined);
});
