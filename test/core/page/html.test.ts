import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { html, trusted } from '../../../core/page/html';
import { badge, page, table } from '../../../core/page/page';
import { diffHtml } from '../../../core/snapshot/table';

const HOSTILE = `"><script>alert(1)</script>&'\u202Egnp\u0000 src=`;

/** Tags of a page, without their attributes' values. */
const tags = (text: string): string[] => [...text.matchAll(/<\/?([a-z!]+)/g)].map(([, name]) => name ?? '');

describe('html', () => {
	it('escapes texts in elements and in attributes, and leaves no control character', () => {
		expect(html`<p title="${HOSTILE}">${HOSTILE}</p>`).toBe(
			`<p title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;\ufffdgnp\ufffd src=">&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;\ufffdgnp\ufffd src=</p>`,
		);
	});

	it('puts lists of markup in as they are, and numbers as text', () => {
		expect(html`<b>${['a<', 'b'].map((name) => html`<i>${name}</i>`)}</b> ${3}`).toBe(
			'<b><i>a&lt;</i><i>b</i></b> 3',
		);
		expect(html`<i>${[trusted('<b/>')]}</i>`).toBe('<i><b/></i>');
	});

	it('gives back, read as HTML, the text that went in', () => {
		const signs: Readonly<Record<string, string>> = {
			amp: '&',
			lt: '<',
			gt: '>',
			quot: '"',
			'#39': "'",
			'#96': '`',
		};
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(...'&<>"\'=/ aé$`;#') }), (text) => {
				const escaped = html`<p>${text}</p>`.slice(3, -4);
				expect(escaped).not.toMatch(/[<>"']/);
				expect(escaped.replace(/&(amp|lt|gt|quot|#39|#96);/g, (_, name: string) => signs[name] ?? '')).toBe(
					text,
				);
			}),
		);
	});
});

describe('a page', () => {
	it('keeps every text of every part from becoming markup', () => {
		const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
		const of = (text: string): string =>
			page({
				title: text,
				body: [badge(text, 'good'), table([text], [[html`${text}`]], ''), table([], [], text)],
			});
		expect(tags(of(HOSTILE))).toEqual(tags(of('harmless')));
		expect(of(HOSTILE).split('alert(1)')).toHaveLength(of('harmless').split('harmless').length);
		// The library takes an interpolation after `src=` out, and says so: no text may come right after another.
		expect(warn).not.toHaveBeenCalled();
		warn.mockRestore();
	});

	it('asks for nothing from outside', () => {
		const text = page({ title: 'a', body: [], refresh: 5 });
		expect(text).toContain("default-src 'none'");
		expect(text).toContain('http-equiv="refresh" content="5"');
		expect(text).not.toMatch(/<script|@import|url\(|(src|href)=/);
	});
});

describe('the page of a diff', () => {
	it('keeps hostile names and values as text', () => {
		const of = (text: string): string =>
			diffHtml({
				before: text,
				after: text,
				counts: { values: 1 },
				rows: [{ part: 'values', name: text, field: text, before: text, after: text, note: text }],
				more: 2,
			} as never);
		expect(tags(of(HOSTILE))).toEqual(tags(of('harmless')));
		expect(of(HOSTILE).split('alert(1)')).toHaveLength(of('harmless').split('harmless').length);
	});
});
