import wixData from 'wix-data';

export async function wixPay_onPaymentUpdate(event) {
  await wixData.insert('Events', { event }, { suppressAuth: true });
  if (event.userInfo?.firstName === 'Throwing') throw new Error('the handler broke');
}
