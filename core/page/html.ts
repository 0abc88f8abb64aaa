import tag from 'html-template-tag';

declare const markup: unique symbol;

/** Markup, every text in it escaped. */
export type Html = string & { readonly [markup]: true };

/** What XML forbids, and the marks that turn the direction of writing around: a name could forge another with them. */
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

/**
 * Markup from a template. Texts and numbers are escaped for elements and for quoted attributes, control characters
 * become U+FFFD, and a list of markup is put in as it is: so markup inside markup is given as a list.
 * (`html-template-tag` also takes markup as `$${…}`, which takes any text too; the lint refuses that.)
 */
export function html(
	literals: TemplateStringsArray,
	...values: readonly (string | number | readonly Html[])[]
): Html {
	const fit = (text: string): string => text.replace(UNFIT, '\ufffd');
	const given = values.map((value) => (Array.isArray(value) ? value.map(fit) : fit(String(value))));
	return tag(literals, ...given) as Html;
}

/** Markup that was made elsewhere, by a library that escapes by itself. */
export const trusted = (text: string): Html => text as Html;

/** Addresses a page may lead to: of the same site, or a web site. Not `javascript:` and the like. */
const isSafe = (address: string): boolean => /^https?:\/\//i.test(address) || !/^[^/?#]*:/.test(address);

/** `name="address"`, escaped; nothing where the address is none that a page may lead to. */
export const addressAttribute = (name: 'href' | 'action', address: string): Html =>
	trusted(isSafe(address) ? ` ${name}="${html`${address}`}"` : '');

/** A link. */
export const anchor = (address: string, words: string, className = ''): Html =>
	trusted(
		`<a${className === '' ? '' : ` class="${html`${className}`}"`}${addressAttribute('href', address)}>${html`${words}`}</a>`,
	);
