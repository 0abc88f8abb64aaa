import { html, type Html } from '../page/html';
import { page, table } from '../page/page';
import type { Diff, DiffRow } from './diff';

const headings = ['What', 'Field', 'Before', 'After'] as const;

/** Longest text of a cell in the text table. */
const WIDEST = 48;

const cut = (text: string): string => {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length <= WIDEST ? line : `${line.slice(0, WIDEST - 1)}…`;
};

const cells = ({ part, name, field, before, after, note }: DiffRow): readonly string[] => [
	`${part} ${name}`,
	field,
	before === '' && after === '' ? note : before,
	before === '' && after === '' ? '' : after,
];

const summary = (diff: Diff): string => {
	const counts = Object.entries(diff.counts).map(([part, count]) => `${count} ${part}`);
	return counts.length === 0 ? 'Nothing differs.' : `Differences: ${counts.join(', ')}.`;
};

/** The diff as a table of text: one line per difference. */
export function diffText(diff: Diff): string {
	const rows = [headings as readonly string[], ...diff.rows.map((row) => cells(row).map(cut))];
	const widths = headings.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
	const lines = rows.map((row) =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join('  ')
			.trimEnd(),
	);
	const [head = '', ...body] = lines;
	const rule = widths.map((width) => '-'.repeat(width)).join('  ');
	const more = diff.more > 0 ? [`… and ${diff.more} more.`] : [];
	return [`${diff.before} -> ${diff.after}`, summary(diff), '', head, rule, ...body, ...more].join('\n');
}

/** The diff as a page of its own. */
export function diffHtml(diff: Diff): string {
	const changed = (kind: 'old' | 'new', value: string): Html =>
		value === '' ? html`` : html`<code class="${kind}">${value}</code>`;
	const rows = diff.rows.map(({ part, name, field, before, after, note }) => [
		html`<span class="soft">${part}</span>`,
		html`${name}`,
		html`<span>${field}</span> ${note === '' ? [] : [html`<br /><small>${note}</small>`]}`,
		changed('old', before),
		changed('new', after),
	]);
	return page({
		title: diff.before,
		wide: true,
		body: [
			html`<h1>${diff.before} → ${diff.after}</h1>
				<p class="soft">${summary(diff)}</p>`,
			...(rows.length === 0 ? [] : [table(['Part', 'Name', 'Field', 'Before', 'After'], rows, '')]),
			...(diff.more > 0 ? [html`<p>… and ${diff.more} more.</p>`] : []),
		],
	});
}
