import wixData from 'wix-data';

export async function wixPay_onPaymentUpdate(event) {
  if (event.userInfo?.firstName === 'Slow') await new Promise((resolve) => setTimeout(resolve, 1_500));
  await wixData.insert('Events', { event }, { suppressAuth: true });
  if (event.userInfo?.firstName === 'Throwing') throw new Error('the handler broke');
}
