import wixLocation from 'wix-location-frontend';
import wixWindow from 'wix-window-frontend';

/** Turkish, unless the page is read in English: on a multilingual site, or with ?lang=en. @returns {'tr' | 'en'} */
export function pageLanguage() {
  return wixLocation.query.lang === 'en' || wixWindow.multilingual?.currentLanguage === 'en' ? 'en' : 'tr';
}
