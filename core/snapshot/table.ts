import type { Diff, DiffRow } from './difference';

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

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const style = `body{font:14px/1.45 system-ui,sans-serif;margin:2rem;color:#1c2430;background:#fff}
h1{font-size:1.25rem;margin:0 0 .25rem}p{margin:.25rem 0 1.25rem;color:#556}
table{border-collapse:collapse;width:100%}th{text-align:left;color:#556;font-weight:600}
th,td{padding:.45rem .75rem;border-bottom:1px solid #e3e7ee;vertical-align:top;overflow-wrap:anywhere}
td.part{white-space:nowrap;color:#556}td.before{background:#fdeeee}td.after{background:#eaf7ee}
code{font:12.5px/1.4 ui-monospace,monospace;white-space:pre-wrap}
@media(prefers-color-scheme:dark){body{background:#14181f;color:#e6eaf0}th,p,td.part{color:#9aa6b8}
th,td{border-color:#2a3240}td.before{background:#3a2024}td.after{background:#1d3527}}`;

/** The diff as a page of its own, readable in a browser in light and dark. Loads nothing. */
export function diffHtml(diff: Diff): string {
	const row = (entry: DiffRow): string => {
		const { part, name, field, before, after, note } = entry;
		const said = note === '' ? '' : `<br><small>${escaped(note)}</small>`;
		const cell = (kind: string, text: string): string =>
			`<td class="${text === '' ? '' : kind}"><code>${escaped(text)}</code></td>`;
		return `<tr><td class="part">${part}</td><td>${escaped(name)}</td><td>${escaped(field)}${said}</td>${cell('before', before)}${cell('after', after)}</tr>`;
	};
	const more = diff.more > 0 ? `<p>… and ${diff.more} more.</p>` : '';
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(diff.before)}</title><style>${style}</style></head><body><h1>${escaped(diff.before)} → ${escaped(diff.after)}</h1><p>${escaped(summary(diff))}</p><table><thead><tr><th>Part</th><th>Name</th><th>Field</th><th>Before</th><th>After</th></tr></thead><tbody>${diff.rows.map(row).join('')}</tbody></table>${more}</body></html>`;
}
