// Velo's modules: corvid-types declares most of them, Wix's SDK some that are newer. What both lack stands in this folder, a file for
// each part of Wix; the modules that every site uses are here.

/// <reference types="corvid-types/types/common/anyProperties" />
/// <reference types="corvid-types/types/common/declaration" />
/// <reference types="corvid-types/types/pages/$w" />

// The editor writes this for the elements that stand on a page.
declare type PageElementsMap = {
  '#shop': $w.CustomElement;
  '#result': $w.CustomElement;
  '#pay': $w.CustomElement;
  '#bank': $w.HtmlComponent;
  '#admin': $w.CustomElement;
};

declare module 'wix-web-module' {
  export const Permissions: { readonly Anyone: 'anyone'; readonly SiteMember: 'site-member'; readonly Admin: 'admin' };
  type Permission = (typeof Permissions)[keyof typeof Permissions];
  /** A function that pages may call; every call is asynchronous, and nothing but JSON passes. */
  export function webMethod<A extends unknown[], R>(
    permission: Permission,
    webFunction: (...args: A) => R,
  ): (...args: A) => Promise<Awaited<R>>;
}

declare module 'wix-auth' {
  /** The same function with the site's own rights, whoever is visiting. */
  export function elevate<F extends (...args: never[]) => unknown>(sourceFunction: F): F;
}

declare module 'wix-location-frontend' {
  const wixLocation: {
    readonly baseUrl: string;
    readonly url: string;
    readonly path: string[];
    readonly query: Record<string, string | undefined>;
    to(url: string): void;
  };
  export default wixLocation;
}

declare module 'wix-window-frontend' {
  const wixWindow: {
    readonly rendering: { readonly env: 'browser' | 'backend' };
    /** Missing on a site in one language. */
    readonly multilingual?: { readonly isEnabled: boolean; currentLanguage: string };
  };
  export default wixWindow;
}
