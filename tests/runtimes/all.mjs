// `velopos/all`: what the other banks need is there, on whichever runtime, and what `velopos` exports as well.
import { createPos, newOrderId, nestpay, payfor } from 'velopos/all';

const fields = { MbrId: '5', OrderId: '2020110828BC', PurchAmount: '100.01', TxnType: 'Auth', InstallmentCount: '0', Rnd: '0.43625700 1604831630' };
const back = 'http://localhost/finansbank-payfor/3d/response.php';
const hash = payfor.requestHash({ ...fields, OkUrl: back, FailUrl: back }, '12345678');
const merchant = { merchantId: '085300000001234', userCode: 'API', userPass: 'Soru77', merchantPass: 'Gizli77' };
const pos = createPos({ gateway: 'qnb', merchant });
const urls = { ok: 'https://shop.example/ok', fail: 'https://shop.example/fail' };
const { redirect } = pos.step.start({ id: newOrderId(), amount: '149.90', currency: 'TRY', urls });
console.log(`@all ${hash} ${redirect.fields.PurchAmount} ${redirect.action} ${typeof nestpay.hash}`);
