import wixLocation from 'wix-location-frontend';

$w.onReady(() => {
  $w('#message').text = `Thanks: ${wixLocation.query.item}`;
});
