import { mug } from 'backend/pay.web';
import wixPay from 'wix-pay-frontend';

$w.onReady(() => {
  $w('#buy').label = 'Buy';
  $w('#buy').onClick(async () => {
    const result = await wixPay.startPayment(await mug(), { termsAndConditionsLink: '/terms' });
    $w('#result').text = `${result.status} ${result.payment.amount} ${result.transactionId ? 'known' : 'none'}`;
  });
  $w('#html1').onMessage((event) => {
    $w('#heard').text = `${event.data.hello} ${event.data.origin}`;
    $w('#html1').postMessage({ reply: event.data.hello });
  });
});
