// The banks' digests against values that banks and institutions produced or printed themselves.
// Where a collection of more values lies beside the project, those are run as well.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as akbank from '../../banks/akbank-hash.js';
import * as boa from '../../banks/boa-hash.js';
import { authorization, responseSignature, webhookSignature } from '../../banks/iyzico-hash.js';
import { callbackHash, requestHash as interposRequest } from '../../banks/interpos-hash.js';
import * as moka from '../../banks/moka-hash.js';
import { signedFields, ver1Callback, ver1RequestHash, ver3Hash, ver3Plaintext } from '../../banks/nestpay-hash.js';
import { requestHash as payforRequest, responseHash } from '../../banks/payfor-hash.js';
import { iframeToken, notificationHash, refundToken, statusToken, token } from '../../banks/paytr-hash.js';
import { fromMinor, stripZeros, toMinor, withInterest } from '../../banks/money.js';
import * as posnetV1 from '../../banks/posnetv1-hash.js';
import * as tosla from '../../banks/tosla-hash.js';

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

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const valuesOf = (system) => read(`./values/${system}.json`);
const vectorsOf = (system) => read(`../vectors/${system}.json`);

test('PayFor: a form, returns of the bank’s test system from 2022 and 2026, and forgeries whose digest is right', () => {
  const values = vectorsOf('payfor');
  for (const { name, fields, merchantPass, hash } of values.requestHash) assert.equal(payforRequest(fields, merchantPass), hash, name);
  for (const { name, fields, hash, fits, ...account } of values.responseHash) {
    assert.equal(responseHash(fields, account) === hash, fits, name);
  }
});

test('InterPos: a form, four returns of the bank, one of them without a password, and forgeries whose digest is right', () => {
  const values = valuesOf('interpos');
  for (const { name, fields, merchantPass, hash } of values.requestHash) assert.equal(interposRequest(fields, merchantPass), hash, name);
  for (const { name, fields, hashParams, merchantPass, hash, fits } of values.callback) {
    const ofTheirList = { Version: hashParams.split(':').filter(Boolean).map((each) => fields[each]).join('') };
    assert.equal(callbackHash(ofTheirList, merchantPass).HASH === hash, fits, name);
  }
  const hosted = values.callback.find(({ name }) => name.startsWith('3DHost'));
  assert.equal(callbackHash(hosted.fields, '').HASH, hosted.hash);
});

test('PosNet V1: the document’s forms and requests, and three returns of the bank', () => {
  const encKey = '10,10,10,10,10,10,10,10';
  const account = { MerchantNo: '6700950031', TerminalNo: '67540050' };
  const authentication = { SecureTransactionId: '1010028947569644', CavvData: 'jKOBaLBL3hQ+CREBPu1HBQQAAAA=', Eci: '02', MdStatus: 1 };
  const card = { CardNo: '5400619360964581', Cvc2: '056', ExpireDate: '2001', Amount: '175' };
  const requests = [
    ['cardForm', card, 'xuhPbpcPJ6kVs7JeIXS8f06Cv0mb9cNPMfjp1HiB7Ew='],
    ['hostedForm', card, 'UBdwWJh9rBCM0YWkBti7vHZm2G+nag16hAguohNrq1Y='],
    ['provision', authentication, 'kAKxvbwXvmrM6lapGx1UcRTs454tsSuPrBXV7oA7L7w='],
    ['account', {}, 'wgyfAJPbEPtTtce/+HRlXajSRfYA0J6mUcH+16EbB78='],
    ['reference', { ReferenceCode: '021459486690000191', OrderId: null }, 'qhLo/2Ro+vT81i0SMV/VHifDV9VzQQgK+7d8hlId9YM='],
    ['reference', { OrderId: 'TDS_ALB_TST_19092400_x08' }, 'ir8JtPc5W3zbI3JCQ1byVWQueGwA8CozMo1yEI+rwiQ='],
    [
      'reference',
      { ReferenceCode: '021459488990000191', OrderId: 'ALB_TST_19092400_x08_000' },
      '9Z4ylM+S+8/vCp4hPZ5LBEz/FSsbrwzlzfHrfZIQNJQ=',
    ],
  ];
  for (const [list, values, digest] of requests) {
    assert.equal(posnetV1.mac(posnetV1.LISTS[list], { ...account, ...values }, encKey), digest, list);
  }
  const twice = '0161010028947569644,0161010028947569644';
  const acs = 'Y-status/Challenge authentication via ACS: https://certemvacs.bkm.com.tr/acs/creq';
  const returns = [
    [['02', 'jKOBaLBL3hQ+CREBPu1HBQQAAAA=', '1', 'Authenticated', twice, '1010028947569644'],
      'r21kMm4nMqvJakjq47Jl+3fk2xrFPrDoTJFQGxkgkfk='],
    [['07', '', '0', 'Not authenticated', '0161010063138198543', '1010063138198543'], 'ltpqSazdMf67AjmWF0WQ5pOU78F+kjrfkyz7ex+ZvNg='],
    [['05', 'AAIBAACZZAAAAABllJFzdQAAAAA=', '1', acs, '0161010063138203939', '1010063138203939'],
      'aw2jry3dZbmDMvIfuyx3sixxY50ysnRhaR3kOXHLJRw='],
  ];
  for (const [[ECI, CAVV, MdStatus, MdErrorMessage, MD, SecureTransactionId], digest] of returns) {
    const fields = { ECI, CAVV, MdStatus, MdErrorMessage, MD, SecureTransactionId };
    assert.equal(posnetV1.mac(posnetV1.LISTS.callback, fields, encKey), digest, SecureTransactionId);
    for (const name of Object.keys(fields)) {
      assert.notEqual(posnetV1.mac(posnetV1.LISTS.callback, { ...fields, [name]: '7' }, encKey), digest, name);
    }
    assert.equal(posnetV1.mac('zz', { zz: Object.values(fields).join('') }, encKey), digest, 'the message names its own list');
  }
});

test('BOA: the values of Kuveyt Türk’s document, and answers of both banks', () => {
  const key = boa.hashedPassword('api123');
  assert.equal(key, 'poCqMathhevCYY1LVNbWCQWbC5I=');
  assert.equal(boa.hashedPassword('Api123'), 'c77dFssAnYSy6O2MJo+5tMYtGVc=');
  const request = { merchantId: '496', merchantOrderId: '20201221', amount: '100', userName: 'apitest' };
  assert.equal(boa.requestHash(request, key), 'ANcybxW/c1G39+RMstZ3ROYakO8=');
  const home = 'http://localhost:44785/Home';
  const withAddresses = {
    merchantId: '80', merchantOrderId: 'ORDER-123', amount: '7256', okUrl: `${home}/Success`, failUrl: `${home}/Fail`, userName: 'apiuser',
  };
  assert.equal(boa.requestHash(withAddresses, 'c77dFssAnYSy6O2MJo+5tMYtGVc='), 'P3a0zjAklu2g8XDJfTx2qvwHH8g=');
  const vakif = 'DoxoW84N1hKFdV09SF4/FruhHm8=';
  const old = 'c77dFssAnYSy6O2MJo+5tMYtGVc=';
  const answers = [
    [key, ['20201221', '', '00', '40790217'], 'q3HpRgAO4xPP5UVYBg8EcVtO+sQ='],
    [key, ['20201221', '035617458943', '00', '40790217'], 'q4RhSZcSM+EbvCrNVb+kb0nZ/Po='],
    [key, ['2024042111A0', '', '00', '155767806'], 'dlO20ZLqs4W5FfgY0VmUSBUpwoM='],
    [key, ['2024042111A0', '411219539222', '00', '155767806'], 'N7zs7LHEy3lx6N2nb0FUG2UcnUw='],
    [old, ['660723214', '904115005554', '00', '4480'], 'I7H/6nwfydM6VcwXsl82mqeC83o='],
    ['Hiorgg24rNeRdHUvMCg//mOJn4U=', ['MP-15', '', '00', '86483278'], 'mOw0JGvy1JVWqDDmFyaDTvKz9Fk='],
    [vakif, ['2024070152BF', '', '00', '6373034'], 'tilHwVYboCx82++WZXg0I81LW6w='],
    [vakif, ['20240701F2F6', '', 'MPIAuthenticationStatusN', '0'], 'SVdI+hHXxg8GO0wY0hAcfRWpHyo='],
    [vakif, ['2024070152BF', '418312081069', '00', '6373034'], 'eNscG4h7B+Fx4/k0Dmt89HDP6nU='],
    [vakif, ['124', '', 'OrderDataNotFound', '0'], 'i8SYtpK1WT9uQ532aQwPxaEmaJE='],
  ];
  for (const [password, [merchantOrderId, rrn, responseCode, orderId], digest] of answers) {
    const answer = { merchantOrderId, rrn, responseCode, orderId };
    assert.equal(boa.answerHash(answer, password), digest, merchantOrderId);
    const moved = { ...answer, merchantOrderId: merchantOrderId.slice(0, -1), rrn: merchantOrderId.slice(-1) + rrn };
    assert.equal(boa.answerHash(moved, password), digest, 'nothing stands between the values');
    for (const name of Object.keys(answer)) assert.notEqual(boa.answerHash({ ...answer, [name]: '7' }, password), digest, name);
  }
});

test('Akbank: a request, two forms, returns of 2024 and 2026, and a failure that tells another story under another list', () => {
  const secretKey =
    '3230323330393034313735303032363031353172675f357637355f3273387373745f7233725f73323333383737335f323272383774767276327672323531355f';
  const merchantSafeId = '2023090417500272654BD9A49CF07574';
  const terminalSafeId = '2023090417500284633D137A249DBBEB';
  const request = JSON.stringify({
    terminal: { merchantSafeId, terminalSafeId }, version: '1.00', txnCode: '1010', requestDateTime: '2024-04-20T13:48:02.000',
    randomNumber:
      '59EED19EC4FA761B8D147F5175C915EFD69D193ED96114F9690505EDB02FF5FD3CB161A15FD5EFFB294177291DC27B2A9F58FB1DA6F2F4617762AF180A023A33',
    order: { orderId: '2024042053E2' },
  });
  const answer = 'D07V9wUXfyPbn+L8jqd9plMfJKT3gSy22Z+yruzWsvuJBkQ63fz+wcWjTF2XurVjYtnR7wLGYTJYg0xjDCYAHA==';
  assert.equal(akbank.mac(request, secretKey), answer);
  const url = 'http://localhost/akbankpos/3d/response.php';
  const form = {
    paymentModel: '3D', txnCode: '3000', merchantSafeId, terminalSafeId, orderId: '20240404A4B0', lang: 'TR', amount: '1.01',
    ccbRewardAmount: '1.00', pcbRewardAmount: '1.00', xcbRewardAmount: '1.00', currencyCode: '949', installCount: '1', okUrl: url,
    failUrl: url, emailAddress: 'test@test.com', creditCard: '4355093000315232', expiredDate: '1135', cvv: '665',
    randomNumber:
      'AEDDD8688E11A3DC588DAB2ED59B2F64D45E798761CEFF17F4DB47581072697890180C4195986250F89C2C67A04A3B96F0AC66AE99B49BB7BEE618FBD621C4CD',
    requestDateTime: '2024-04-04T21:11:41.000',
  };
  assert.equal(
    akbank.formHash(form, secretKey),
    'ilR2mCExklKEti+2x61A8pcOfzJ5z5M6xMYmmU8ClaKaDuxKooFuH3v7XW/ba25xlTDqGN1H//i0zTiJl5YnfA==',
  );
  assert.equal(
    akbank.formHash({ ...form, subMerchantId: 'hdfksafjsallk' }, secretKey),
    'blqnTrcdZ2JhQBjOmIhyYPhKvC4BlbG7oArE5IkCeuo8CwaYV69EJSOph7J1JKY9opIsmc5QoscGmltGMUJtTQ==',
  );
  const returned = (fields, list) => {
    const pairs = Object.entries({ merchantSafeId, terminalSafeId, ...fields });
    return akbank.callbackHash(pairs, akbank.hashParams(pairs, list), secretKey);
  };
  const of2024 = {
    txnCode: '3001', responseCode: 'VPS-0000', responseMessage: 'BAŞARILI', txnDateTime: '2024-04-18T20:15:35.000',
    orderId: '20240418BA6C', secureId: 'VG8yV2tCRHpTSlpNN2VqcDJRS1k=', secureEcomInd: '02', secureData: 'kBM8+wZGAAAAAAAAAAAAAAAAAAAA',
    secureMd: '08A86B192287C69B2C443E7A42B29B5F46436C41DF8E159B4A232BB3D961940F',
  };
  assert.equal(
    returned(of2024, akbank.LISTS.authenticated[2024]),
    'bFYReNscRIyo3EQQm18qB9iZEW5eqtx1UBAjwRAoVJuigugPKr4Rjcf4PgBHtrjg1IYFYAz8k3TCFcKWS0b4Xg==',
  );
  const back = 'https://anadolupay-laravel.test/payment/callback?driver=akbank-pos&order=TEST-S1VMRISGKX';
  const of2026 = {
    ...of2024, txnDateTime: '2026-08-10T00:45:14.000', orderId: 'TEST-S1VMRISGKX', secureId: 'NEN3cjFKaDZIaDlnajM4RXRzSTY=',
    mdStatus: '1', secureData: 'kBMrDwEgAAAAAAAAAAAAAAAAAAAA',
    secureMd: 'F34CC3A09A105540325226366434ABFFDCC3C67878A4870BF6C330D2E4E595CF', maskedCardNumber: '557829******1055',
    amount: '100.00', installCount: '1', okUrl: back, failUrl: back,
  };
  const live = 'akaMTXqoq0YkH13hUGumSeaU6uCijvKctlnuBDbMJJA9zl0KMNKjhbi6wsOs5Q04UO0DqoPwQwv9BvZcyKAn3A==';
  assert.equal(returned(of2026, akbank.LISTS.authenticated[2026]), live);
  assert.notEqual(returned({ ...of2026, amount: '1.00' }, akbank.LISTS.authenticated[2026]), live, 'since 2026 the amount is covered');
  const charged = {
    txnCode: '1000', responseCode: 'VPS-0000', responseMessage: 'BAŞARILI', hostResponseCode: '00', hostMessage: '000 ONAY KODU XXXXXX',
    txnDateTime: '2024-04-18T20:27:45.000', orderId: '2024041811DA', cardHolderName: 'TD**', authCode: '306456', rrn: '411024360235',
    batchNumber: '43', stan: '86', additionalInstallCount: '0', deferingMonth: '2', ccbEarnedRewardAmount: '0.01',
    ccbBalanceRewardAmount: '215.62', ccbRewardDesc: 'CHIP PARA', pcbEarnedRewardAmount: '0.00', pcbBalanceRewardAmount: '0.00',
    pcbRewardDesc: '', xcbEarnedRewardAmount: '0.00', xcbBalanceRewardAmount: '0.00', xcbRewardDesc: '',
  };
  assert.equal(
    returned(charged, akbank.LISTS.charged[2024]),
    'PO/pybfGrY7fesPoAq2U2B1bkpudx659yMyjTnnfP/Cw5MKR1t7mKvRnZdPBxu9nCC7qJFdr3mJSPTdMwYc3SA==',
  );
  const failure = { responseCode: 'VPS-1279', responseMessage: 'BKM 3DS Server Doğrulama Başarısız', orderId: '202404180331' };
  const digest = 'ZKXJ0jQkkO2skSh1QC+9kVOpA2OoTNysPzJdhL1okUK6sZ0MS3T3tyu858c/ZBrI9MsgFfZxq/dLMakn9hqLMQ==';
  assert.equal(returned(failure, akbank.LISTS.refused), digest);
  const forged = { responseCode: 'VPS-0000', orderId: 'SOME-OTHER-ORDER', zz: Object.values(failure).join('') };
  assert.equal(akbank.callbackHash(Object.entries(forged), 'zz', secretKey), digest, 'whoever believes the list believes this');
});

test('Tosla: a request, and returns of its test system from 2023 and 2026', () => {
  const account = { apiPass: 'POS_ENT_Test_001!*!*', clientId: '1000000494', apiUser: 'POS_ENT_Test_001' };
  assert.equal(
    tosla.requestHash({ ...account, rnd: 'rand', timeSpan: '20231209201121' }),
    'BwZ05tt0aNgIgtrrqmlTwSIaeetpQyyGLH6xTsQbHae7ANCIVKmLHPxYWk5XP3Li5fr4La1bZS9/43OihP0dig==',
  );
  const returns = [
    ['202312034E91', '1', '00', '1', 'CgibjWkLpfx+Cz6cVlbH1ViSW74ouKACVOW0Vrt2SfqPMt+V3hfIx/4LnOgcInFhPci/qcnIMgdN0RptHSmFOg=='],
    ['20231203E148', '0', 'MD:0', '0', 'C7Vbcr3adDhlWEr9vT9oFHikjrjEiv5DSBORu0YnOATkF/YirOziwouAGk8vqB29oeyPBnlFgBih7bLN9YWweQ=='],
    ['20231203626F', '1', '00', '1', 'A+bjgxp/uIQjpsY+cEpUJcu+m6xXMgpDz7DOjtQ8TgKgJaFFsLGKkpNKOYzInqfkJ6U9+S8mxGFBv4o4WqC4hg=='],
    ['TEST-XMIGIWCM42', '1', '00', '1', 'k/59H7yIOeZXMm/SxuA1+81g0lrWqPdE9lXZ2Z6kR+clnCYAey8iUBxJ2UsQD+dBsiuRGl0N+39FUfB5m07tNg=='],
  ];
  for (const [OrderId, MdStatus, BankResponseCode, RequestStatus, digest] of returns) {
    const fields = { ClientId: account.clientId, OrderId, MdStatus, BankResponseCode, BankResponseMessage: '', RequestStatus };
    assert.equal(tosla.callbackHash(fields, account), digest, OrderId);
    const moved = { ...fields, OrderId: OrderId.slice(0, -1), MdStatus: OrderId.slice(-1) + MdStatus };
    assert.equal(tosla.callbackHash(moved, account), digest, 'nothing stands between the values');
    assert.notEqual(tosla.callbackHash({ ...fields, RequestStatus: '7' }, account), digest);
  }
});

test('Moka: the document’s own words for taken and not taken', () => {
  const code = '9FDFBDFC-42C5-417E-AA93-E4D9D5312AAC';
  assert.equal(moka.hashValue(code, 'T'), 'cdb7869505bdaaac2f4c891fc9ed889885fd7a0c880127ab5d508883efa3ee83');
  assert.equal(moka.hashValue(code.toLowerCase(), 'F'), 'acc929d261fdbf9c41de3db1ae854b1ee1e46344fad0292fd4bbbc43d094c2a3');
  const key = moka.checkKey({ dealerCode: 'DEALER1', username: 'USER1', password: 'PASS1' });
  assert.equal(key, createHash('sha256').update('DEALER1MKUSER1PDPASS1').digest('hex'));
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
  const own = {
    'hmac-sha512.b64': ({ values, key }) => akbank.mac(values.join(''), key),
    'sha512.b64.concat': ({ values: [apiPass, clientId, apiUser, ...rest] }) =>
      tosla.requestHash({ apiPass, clientId, apiUser, rnd: rest.join(''), timeSpan: '' }),
    'sha256.hex.concat': ({ values }) => moka.hashValue(...values),
  };
  let count = 0;
  for (const { scheme, inputs, expected, valid, id } of read('others.json').filter((each) => /^(akbank|tosla|moka)-/.test(each.id))) {
    assert.equal(own[scheme](inputs) === expected, valid, id);
    count += 1;
  }
  for (const vector of ['nestpay.json', 'paytr.json', 'iyzico.json'].flatMap(read)) {
    const formula = schemes[vector.scheme];
    if (!formula) continue;
    assert.equal(formula(vector.inputs) === vector.expected, vector.valid, vector.id);
    count += 1;
  }
  t.diagnostic(`${count} more values agree`);
});
