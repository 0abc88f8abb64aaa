import { anchor, html, type Html } from '../../core/page/html';
import { table } from '../../core/page/page';
import { observedIn } from '../release';
import type { ReleaseReport } from './model';
import { text } from './parts';

/** Most lines of what machines saw, and differences with values. */
const MOST = 50;

const json = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const value = (content: string | null, tone: string): Html =>
	content === null ? html`<i>nothing</i>` : html`<pre class="${tone}">${content}</pre>`;

const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

/** What was asked for, in the author's words. */
function asked({ release }: ReleaseReport): Html[] {
	const rows = release.body.manifest.changes.map(({ title, kind, surfaces, author, reference }) => [
		reference === undefined ? text(title) : anchor(reference, title),
		text(kind),
		text(surfaces.join(', ')),
		text(author),
	]);
	return [table(['Change', 'Kind', 'Surfaces', 'By'], rows, '')];
}

/** The workflow, value by value. */
function values({ values: found }: ReleaseReport): Html[] {
	if (found.status === 'unknown') return [html`<p class="soft">Its values are not shown: ${found.why}</p>`];
	const rows = found.differences
		.slice(0, MOST)
		.map(({ what, before, after }) => [
			text(capital(what)),
			before === null && after === null ? text('') : value(before, 'old'),
			before === null && after === null ? text('') : value(after, 'new'),
		]);
	return [
		html`<h3>The workflow, against what ran before</h3>`,
		table(['Place', 'Before', 'With it'], rows, 'It does the same as what ran before.'),
	];
}

/** What machines saw. */
function seen({ release }: ReleaseReport): Html[] {
	const lines = [...new Set(observedIn(release.body).map(({ surface, what }) => `${surface}: ${what}`))];
	if (lines.length === 0) return [];
	const more = lines.length - MOST;
	return [
		html`<h3>What machines saw change</h3>
			<ul>
				${lines.slice(0, MOST).map((line) => html`<li>${line}</li>`)}
				${more > 0 ? [html`<li>and ${more} more</li>`] : []}
			</ul>`,
	];
}

/** What it brings beside the workflow. */
function brought({ release }: ReleaseReport): Html[] {
	const { settings = {}, definitions = [], flags = [] } = release.body.manifest.brings ?? {};
	const lines = [
		...Object.entries(settings).map(([name, to]) =>
			to === null
				? html`<li>The setting ${name} of the spine is taken away.</li>`
				: html`<li>The setting ${name} of the spine becomes <code>${json(to)}</code>.</li>`,
		),
		...definitions.map(
			({ name, label }) => html`<li>The property ${name} (${label}) of contacts is made.</li>`,
		),
		...flags.map((flag) => html`<li>The flag ${flag} is made, off.</li>`),
	];
	if (lines.length === 0) return [];
	return [
		html`<h3>What it brings besides</h3>
			<ul>
				${lines}
			</ul>`,
	];
}

/** What changes: as it was asked for, as machines saw it, and value by value. */
export const changesHtml = (report: ReleaseReport): Html[] => [
	...asked(report),
	...values(report),
	...seen(report),
	...brought(report),
];
