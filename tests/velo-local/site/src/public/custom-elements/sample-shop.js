import { hello } from 'public/words';

class Shop extends HTMLElement {
  static observedAttributes = ['state'];

  attributeChangedCallback() {
    this.innerHTML = '<p></p><button type="button">Al</button>';
    this.querySelector('p').textContent = `${hello}: ${this.getAttribute('state')}`;
    this.querySelector('button').onclick = () => this.dispatchEvent(new CustomEvent('buy', { detail: { item: 'kahve' } }));
  }
}
customElements.define('sample-shop', Shop);
