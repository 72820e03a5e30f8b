import wixLocation from 'wix-location-frontend';
import { rendering } from 'wix-window-frontend';
import { double } from 'backend/shop.web';
import { hello } from 'public/words';

$w.onReady(async () => {
  const shop = $w('#shop');
  shop.setAttribute('state', `${hello} ${await double(21)} ${rendering.env} ${wixLocation.query.q ?? ''}`);
  shop.on('buy', (event) => wixLocation.to(`/thanks?item=${event.detail.item}`));
});
