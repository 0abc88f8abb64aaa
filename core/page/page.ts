import { createHash } from 'node:crypto';
import { html, trusted, type Html } from './html';
import { STYLE } from './style';

/** What a page shows, and how wide. */
export interface Page {
	readonly title: string;
	readonly body: readonly Html[];
	/** For canvases and tables with many columns. */
	readonly wide?: boolean;
	/** Seconds after which the browser reads the page again. */
	readonly refresh?: number;
	/** Styles of this page beside those of all. */
	readonly style?: string;
	/** A script of the page itself. Its content security policy names it by hash, so no other runs. */
	readonly script?: string;
}

/** What a page may load and run: nothing but its own styles, and the one script whose hash is named. */
function policyOf(script: string): Html {
	const hash = createHash('sha256').update(script).digest('base64');
	const scripts = script === '' ? '' : `; script-src 'sha256-${hash}'`;
	return trusted(
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${scripts}">`,
	);
}

/**
 * A page that needs nothing but itself: no outside request and no script but its own (its content security policy forbids both).
 * Readable in light and dark, on a phone and printed.
 */
export function page({ title, body, wide = false, refresh, style = '', script = '' }: Page): Html {
	const again =
		refresh === undefined ? [] : [trusted(`<meta http-equiv="refresh" content="${Math.ceil(refresh)}">`)];
	return html`<!doctype html>
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width,initial-scale=1" />
				${[policyOf(script)]} ${again}
				<title>${title}</title>
				<style>
					${[trusted(STYLE + style)]}
				</style>
				${script === '' ? [] : [trusted(`<script>${script}</script>`)]}
			</head>
			<body>
				<main class="${wide ? 'wide' : 'narrow'}">${body}</main>
			</body>
		</html> `;
}

/** A table whose rows become blocks on a phone, or a sentence when there are none. */
export function table(columns: readonly string[], rows: readonly (readonly Html[])[], none: string): Html {
	if (rows.length === 0) return html`<p class="soft">${none}</p>`;
	const cell = (content: Html, at: number): Html =>
		html`<td data-name="${columns[at] ?? ''}">${[content]}</td>`;
	return html`<table>
		<thead>
			<tr>
				${columns.map((name) => html`<th>${name}</th>`)}
			</tr>
		</thead>
		<tbody>
			${rows.map(
				(cells) =>
					html`<tr>
						${cells.map(cell)}
					</tr>`,
			)}
		</tbody>
	</table>`;
}

/** A word in a pill, coloured by what it means. */
export const badge = (word: string, tone: string): Html => html`<span class="badge ${tone}">${word}</span>`;
