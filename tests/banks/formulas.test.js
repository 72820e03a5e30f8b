// The banks' digests against values that banks and institutions produced or printed themselves.
// Where a collection of more values lies beside the project, those are run as well.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { authorization, responseSignature, webhookSignature } from '../../banks/iyzico-hash.js';
import { signedFields, ver1Callback, ver1RequestHash, ver3Hash, ver3Plaintext } from '../../banks/nestpay-hash.js';
import { iframeToken, notificationHash, refundToken, statusToken, token } from '../../banks/paytr-hash.js';
import { fromMinor, stripZeros, toMinor, withInterest } from '../../banks/money.js';

/** A payment at a bank's test terminal in 2022, under the names that were on the wire. */
const CALLBACK_2022 = {
  ReturnOid: '202210308C0F',
  TRANID: '',
  hashAlgorithm: 'ver3',
  PAResSyntaxOK: 'true',
  firmaadi: 'John Doe',
  islemtipi: 'Auth',
  lang: 'tr',
  merchantID: '190200000',
  maskedCreditCard: '4355 08** **** 4358',
  amount: '1.01',
  sID: '1',
  ACQBIN: '454672',
  Ecom_Payment_Card_ExpDate_Year: '26',
  'EXTRA.CARDBRAND': 'VISA',
  Email: 'mail@customer.com',
  MaskedPan: '435508***4358',
  acqStan: '184784',
  merchantName: 'Ziraat 3D_Pay',
  clientIp: '89.244.149.137',
  'EXTRA.KAZANILANPUAN': '000000010.00',
  okUrl: 'http://localhost/akbank/3d-pay/response.php',
  md: '435508:51104213993AC8DFE8839C7F7E391B461115D09A1D88948C8ACE421D7D7EAA5A:3545:##190200000',
  ProcReturnCode: '00',
  'payResults.dsId': '1',
  taksit: '',
  TransId: '22303RqiC11252',
  'EXTRA.TRXDATE': '20221030 17:42:33',
  Ecom_Payment_Card_ExpDate_Month: '12',
  storetype: '3d_pay',
  Response: 'Approved',
  SettleId: '2383',
  mdErrorMsg:
    'Y-status/Challenge authentication via ACS: https://3ds-acs.test.modirum.com/mdpayacs/creq?token=214711321.1667140951.Ud_jQl3B2l1',
  ErrMsg: '',
  PAResVerified: 'true',
  cavv: 'ABABBCgghAAAAABllJMDdZdTdic=',
  digest: 'digest',
  HostRefNum: '230317184784',
  callbackCall: 'true',
  AuthCode: '216981',
  failUrl: 'http://localhost/akbank/3d-pay/response.php',
  xid: 'N1An1iS5iN4u/1VWS6CgzSGRtN0=',
  encoding: 'ISO-8859-9',
  currency: '949',
  oid: '202210308C0F',
  mdStatus: '1',
  dsId: '1',
  eci: '05',
  version: '2.0',
  'EXTRA.CARDISSUER': 'AKBANK T.A.S.',
  clientid: '190200000',
  txstatus: 'Y',
  rnd: 'J/jGATA5LLVaMfpU+Yyu',
};

test('NestPay ver3: a genuine callback of a bank', () => {
  assert.equal(
    ver3Hash(Object.entries(CALLBACK_2022), '123456'),
    'jVgcwtx4vxxAcX8+ajsrrzp77k9uaGu1pjDQfCpoUG95y2MwwGipc6cF3kESiTphjV8/1ESSc6zg9KyTSxUnzA==',
  );
});

test('NestPay ver3: the plaintext that the bank’s document prints, and its example of escaping', () => {
  const form = {
    clientid: '100200127',
    amount: '95.93',
    okurl: 'http://localhost:8080/SampleCodeJSPTest/GenericVer3ResponseHandler',
    failUrl: 'http://localhost:8080/SampleCodeJSPTest/GenericVer3ResponseHandler',
    TranType: 'Auth',
    Instalment: '',
    callbackUrl: 'http://localhost:8080/SampleCodeJSPTest/GateResponseControl.jsp',
    currency: '949',
    rnd: '87954458746',
    storetype: '3D',
    lang: 'tr',
    hashAlgorithm: 'ver3',
    BillToName: 'name',
    BillToCompany: 'billToCompany',
    refreshtime: '5',
  };
  assert.equal(
    ver3Plaintext(Object.entries(form), 'TEST1234'),
    '95.93|billToCompany|name|http://localhost:8080/SampleCodeJSPTest/GateResponseControl.jsp|100200127|949|' +
      'http://localhost:8080/SampleCodeJSPTest/GenericVer3ResponseHandler|ver3||tr|' +
      'http://localhost:8080/SampleCodeJSPTest/GenericVer3ResponseHandler|5|87954458746|3D|Auth|TEST1234',
  );
  assert.equal(ver3Plaintext([['oid', 'ORDER-256712jbs\\j6b|']], 'k|\\'), 'ORDER-256712jbs\\\\j6b\\||k\\|\\\\');
});

test('NestPay ver3: hash, encoding, countdown and nationalidno are not signed, whatever their case', () => {
  const fields = [
    ['HASH', 'x'],
    ['Encoding', 'y'],
    ['countdown', '1'],
    ['NATIONALIDNO', '2'],
    ['b', '2'],
    ['A', '1'],
  ];
  assert.deepEqual(signedFields(fields), [
    ['A', '1'],
    ['b', '2'],
  ]);
});

test('NestPay of before 2024: request and callback', () => {
  const form = {
    clientid: '700655000200',
    oid: 'order222',
    amount: '100.25',
    taksit: '',
    islemtipi: 'Auth',
    okUrl: 'https://domain.com/success',
    failUrl: 'https://domain.com/fail_url',
    rnd: 'rand',
  };
  assert.equal(ver1RequestHash(form, 'TRPS0200'), 'S7UxUAohxaxzl35WxHyDfuQx0sg=');
  const genuine = {
    clientid: '700655000200',
    oid: '2022103030CB',
    AuthCode: 'P37891',
    ProcReturnCode: '00',
    Response: 'Approved',
    mdStatus: '1',
    cavv: 'ABABByBkEgAAAABllJMDdVWUGZE=',
    eci: '05',
    md: '435508:EC9CDC37975501A4B29BBD5BE1580279238BF88D888B23E7ECC293581C75EE40:4333:##700655000200',
    rnd: 'kP/2JB5ajHJt+yVhHNG9',
  };
  const list = 'clientid:oid:AuthCode:ProcReturnCode:Response:mdStatus:cavv:eci:md:rnd:';
  assert.equal(ver1Callback(Object.entries(genuine), list, 'TRPS0200').HASH, 'FQLnGOxBBMIoMIRxehiaLtkEd34=');
});

test('PayTR: one published value and the four tokens', () => {
  const direct = ['MERCHANT1', '88.10.20.30', 'ORDER-1', 'ahmet@example.com', '1.99', 'card', '0', 'TL', '0', '0', 'apipass'];
  assert.equal(token(direct, 'SECRETKEY'), '1xU1vgGHrQTDsRFNoLOtsJR/+X474ZrPM4Gt8CuWL70=');
  const secrets = { merchantKey: 'AbCdEfGhIjKlMnOp', merchantSalt: 'QrStUvWxYz012345' };
  const form = {
    merchant_id: '123456',
    user_ip: '85.34.78.112',
    merchant_oid: 'ORDER1001',
    email: 'a@b.com',
    payment_amount: '1050',
    user_basket: 'W1siw5xyw7xuIDEiLCIxMC41MCIsMV1d',
    no_installment: '0',
    max_installment: '12',
    currency: 'TL',
    test_mode: '1',
    return_amount: '10.50',
  };
  assert.equal(iframeToken(form, secrets), 'MZUvRzA9duMv5Gyywqqy2o63aEvWomDuH9C6Sdp6tKY=');
  assert.equal(statusToken(form, secrets), 'JGM3h7h0Qf6DEfVf9MClTzF+WvZAhMQx+oZPoSqet4s=');
  assert.equal(refundToken(form, secrets), 'ZpgbZ0WERB/dECLnpvJiOQfmD0Ll/jNo/iONMNeOzV4=');
  const success = notificationHash({ merchant_oid: 'ORDER1001', status: 'success', total_amount: '1050' }, secrets);
  assert.equal(success, 'iLDHnJ1P3WZ8DhG/2AAjwWaKyOPyhfnn6ZoVQh26ogs=');
  assert.equal(
    notificationHash({ merchant_oid: 'ORDER1001', status: 'success1', total_amount: '050' }, secrets),
    success,
    'the border is not signed',
  );
});

test('iyzico: the official samples of webhook, return and request header', () => {
  const secretKey = 'sandbox-UuLnD7wZa0a3DmytfIrwHQqAMfqCNJrs';
  const hosted = {
    paymentConversationId: 'conversationId',
    merchantId: '3382172',
    token: 'e828c62d-fd12-4b1a-ad5a-380f15fe6596',
    status: 'SUCCESS',
    iyziReferenceCode: '77e1635c-6b39-475a-8b7b-ca15ad0cd4ac',
    iyziEventType: 'CHECKOUT_FORM_AUTH',
    iyziPaymentId: '22483975',
  };
  assert.equal(webhookSignature(hosted, secretKey), '4031c575763486a2d2bf3f7ace0baebfcd6bed65393ab4df3fe80c00d5fd6878');
  const direct = {
    paymentConversationId: 'conversationId',
    paymentId: '22484059',
    status: 'SUCCESS',
    iyziEventType: 'API_AUTH',
    iyziPaymentId: '22484059',
  };
  assert.equal(webhookSignature(direct, secretKey), '92c7a72b7741bc83eb696066605c894778c87297b2c88d6037670666230e18ae');
  assert.equal(
    responseSignature(['', '', '1', '22484292', 'success'], 'jLc7GQHD2pyJoqXDeEcTnGHYtP7Ai5jl'),
    'a4f73b80bb32a6ef8358090bbd8609a49a7b53f463048f8ef147496e236d04f0',
  );
  assert.equal(
    authorization({ apiKey: 'api_key', secretKey: 'secret_key', randomKey: 'random_string', path: 'uri', body: '"body"' }),
    'IYZWSv2 YXBpS2V5OmFwaV9rZXkmcmFuZG9tS2V5OnJhbmRvbV9zdHJpbmcmc2lnbmF0dXJlOjAxNzUwODkyMWEyOWVlNTYwMWJjZDFmYmU4M2VmZDJlMmJlNDNhZjAyZWNlZmYzMGNmMmU5MWE1MzlhYWIzNTU=',
  );
});

test('money: text and minor units', () => {
  assert.deepEqual(
    ['149.90', '0.29', '1', '1.5', '100.250'].map((text) => toMinor(text)),
    [14990n, 29n, 100n, 150n, 10025n],
  );
  assert.deepEqual(
    ['', '1,5', '1.005', '-1', '1e3', ' 1', '.5'].map((text) => toMinor(text)),
    [null, null, null, null, null, null, null],
  );
  assert.deepEqual(
    [14990n, 5n, 100n].map((minor) => fromMinor(minor)),
    ['149.90', '0.05', '1.00'],
  );
  assert.deepEqual(['10.50', '10.00', '100', '0.10'].map(stripZeros), ['10.5', '10', '100', '0.1']);
  assert.equal(withInterest(14990n, 3), 15440n);
});

// A collection of public values beside the project, where there is one; the project stands without it.
const VECTORS = fileURLToPath(new URL('../../../shared/vectors/', import.meta.url));

if (existsSync(VECTORS)) test('more values', (t) => {
  const read = (name) => JSON.parse(readFileSync(join(VECTORS, name), 'utf8')).vectors;
  const pairs = (params) => Object.entries(params).map(([name, value]) => [name, value ?? '']);
  const schemes = {
    'nestpay.ver3': ({ params, storeKey }) => ver3Hash(pairs(params), storeKey),
    'nestpay.ver3.plaintext': ({ params, storeKey }) => ver3Plaintext(pairs(params), storeKey),
    'nestpay.escape': ({ value }) => ver3Plaintext([['a', value]], '').slice(0, -1),
    'nestpay.ver1.request': ({ params, storeKey }) => ver1RequestHash(params, storeKey),
    'hashparams.sha1.b64': ({ params, hashparams, storeKey }) => ver1Callback(pairs(params), hashparams, storeKey).HASH,
    'paytr.token': ({ values, merchantKey }) => token(values, merchantKey),
    'iyzico.webhookV3': ({ values, secretKey }) => responseSignature([values.join('')], secretKey),
    'iyzico.responseSignature': ({ values, secretKey }) => responseSignature(values, secretKey),
    'iyzico.authHeader': ({ uriPath, ...rest }) => authorization({ ...rest, path: uriPath }).slice('IYZWSv2 '.length),
    'iyzico.responsePrice': ({ price }) => stripZeros(price),
  };
  let count = 0;
  for (const vector of ['nestpay.json', 'paytr.json', 'iyzico.json'].flatMap(read)) {
    const formula = schemes[vector.scheme];
    if (!formula) continue;
    assert.equal(formula(vector.inputs) === vector.expected, vector.valid, vector.id);
    count += 1;
  }
  t.diagnostic(`${count} more values agree`);
});
