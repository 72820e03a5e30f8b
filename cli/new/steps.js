// What is left to do by hand, in the words of Wix's editor and the bank's panel.

import { entryOf, systemOf, template, titleOf } from '../gateways.js';

/** The secret's value, ready to be filled in. */
export const secretTemplate = (gateway) => JSON.stringify({ [gateway]: template(gateway) }, null, 2);


/** What stands beside each value in the bank's letter or panel. @returns {[string, string][]} */
export function panelNames(gateway, lang) {
  const must = { tr: 'gerekli', en: 'required' }[lang];
  const may = { tr: 'varsa', en: 'if there is one' }[lang];
  return systemOf(gateway).keys.map(({ name, panel, required }) => [name, `${panel} (${required ? must : may})`]);
}

const NOTIFIED = { paytr: 'paytrNotification', iyzico: 'iyzicoWebhook' };

/** @param {{ gateway: string, ways: string[], plan: import('./plan.js').Plan }} about @returns {string[]} */
export function nextSteps({ gateway, ways, plan }, lang) {
  const { guide } = systemOf(gateway);
  const address = NOTIFIED[gateway] && `https://www.${lang === 'tr' ? 'SITENIZ' : 'YOURSITE'}/_functions/${NOTIFIED[gateway]}`;
  const say = STEPS[lang];
  return [
    say.bank(titleOf(gateway), `velopos/${guide}.md`),
    say.package,
    ...(entryOf(gateway) === 'velopos/all' ? [say.larger] : []),
    say.secret,
    say.check,
    say.collections,
    ...(plan.waiting.length > 0 ? [say.pages(plan.waiting)] : []),
    ...(ways.includes('checkout') ? [say.checkout] : []),
    ...(ways.includes('page') || ways.includes('wixpay') || ways.includes('free') ? [say.products] : []),
    ...(ways.includes('admin') ? [say.admin] : []),
    ...(address ? [say.notified(titleOf(gateway), address)] : []),
    say.publish,
    say.local,
  ];
}

const ELEMENTS = {
  Shop: 'velopos-shop.js (velopos-shop, #shop)',
  Result: 'velopos-result.js (velopos-result, #result)',
  Pay: 'velopos-pay.js (velopos-pay, #pay)',
  WixPay: 'velopos-shop.js (velopos-shop, #shop), velopos-result.js (velopos-result, #result)',
  Admin: 'velopos-admin.js (velopos-admin, #admin)',
  Free: 'HTML: src/public/html/velopos-bank.html (#bank)',
};

const perPage = (pages) => pages.map((page) => `${page}: ${ELEMENTS[page]}`).join('; ');

const STEPS = {
  tr: {
    bank: (bank, guide) => `${bank}: bankadan ne isteneceği, deneme kartları ve canlıya geçiş listesi ${guide} dosyasında.`,
    package: 'Paketi siteye ekleyin: Velo kod panelinde Packages & Apps → velopos (ya da Wix CLI ile wix install velopos).',
    larger: 'Bu banka paketin velopos/all girişindedir; src/backend/velopos/package.js onu alır. Canlı bir Wix sitesinde denenmedi: site velopos/all adını bulamazsa node_modules/velopos/dist/all.cjs dosyasının içeriğini src/backend/velopos/velopos-all.js adıyla sitenize koyun ve package.js içindeki adı \'./velopos-all.js\' yapın.',
    secret: 'Wix panosunda Developer Tools → Secrets Manager: adı velopos olan bir sır açın, değeri yukarıdaki JSON’un doldurulmuşudur.',
    check: 'Doldurduğunuz JSON’u denetleyin: npx velopos check',
    collections: 'collections.json içindeki koleksiyonları aynı adlarla, dört izni de Admin olarak açın; dizinleri (indexes) de.',
    pages: (pages) => `Editörde şu sayfaları açın ve kodlarını velopos/pages klasöründen alın: ${pages.join(', ')}. Öğeleri — ${perPage(pages)}. Git’ten sayfa açılamaz; editör dosyayı yapınca bu komutu yeniden çalıştırabilirsiniz.`,
    checkout: 'Editörde Service Plugins → Payment ile velopos adlı bir eklenti açıp iki dosyasının içeriğini koyun; velopos/media içindeki resimleri Media Manager’a yükleyip adreslerini velopos-config.js dosyasına yazın. Yayımladıktan sonra Accept Payments sayfasından bağlayın.',
    products: 'src/backend/velopos/catalog.js içindeki ürünleri kendinizinkilerle değiştirin; fiyatlar metindir: \'149.90\'.',
    admin: 'Admin sayfasını menüden ve arama motorlarından gizleyin, yalnız kendi rolünüze açın.',
    notified: (bank, address) => `${bank} panelinde bildirim adresi: ${address}`,
    publish: 'Siteyi bir kez yayımlayın; _functions adresleri ondan sonra vardır.',
    local: 'Hepsini önce bu bilgisayarda, taklit bankalarla deneyin: npx velopos-local',
  },
  en: {
    bank: (bank, guide) => `${bank}: what to ask the bank for, test cards and the list for going live are in ${guide}.`,
    package: 'Add the package to the site: Packages & Apps → velopos in the code panel (or wix install velopos with the Wix CLI).',
    larger: 'This bank is in the package’s entry velopos/all, which src/backend/velopos/package.js imports. It was not tried on a live Wix site: if the site does not find velopos/all, put the content of node_modules/velopos/dist/all.cjs into your site as src/backend/velopos/velopos-all.js, and write \'./velopos-all.js\' in package.js.',
    secret: 'In Wix’s dashboard, Developer Tools → Secrets Manager: make a secret called velopos; its value is the JSON above, filled in.',
    check: 'Look at the JSON that you have filled in: npx velopos check',
    collections: 'Make the collections of collections.json under the same names, all four permissions Admin; their indexes as well.',
    pages: (pages) => `Make these pages in the editor and take their code from velopos/pages: ${pages.join(', ')}. Their elements: ${perPage(pages)}. A page cannot be made through Git; once the editor has made its file you can run this command again.`,
    checkout: 'In the editor, Service Plugins → Payment: make a plugin called velopos and put the two files’ content there; upload the pictures of velopos/media and write their addresses into velopos-config.js. After publishing, connect it under Accept Payments.',
    products: 'Replace the products in src/backend/velopos/catalog.js; prices are text: \'149.90\'.',
    admin: 'Hide the Admin page from the menu and from search engines, and open it to your own role only.',
    notified: (bank, address) => `The notification address in ${bank}’s panel: ${address}`,
    publish: 'Publish the site once; _functions does not exist before.',
    local: 'Try it all on this computer first, with simulated banks: npx velopos-local',
  },
};
