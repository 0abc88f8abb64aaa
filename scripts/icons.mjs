// Draws assets/icons/*.svg, light and dark, from one set of strokes: `node scripts/icons.mjs`.
// A 24x24 grid in a 60x60 view box (n8n's size), rounded strokes, one accent.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../assets/icons/', import.meta.url));

const themes = {
	'': { line: '#26324a', accent: '#0c9a78' },
	'.dark': { line: '#dfe5f0', accent: '#3fd6ae' },
};

const path = (d) => `<path d="${d}"/>`;
const circle = (cx, cy, r) => `<circle cx="${cx}" cy="${cy}" r="${r}"/>`;
const rect = (x, y, width, height, rx = 2) =>
	`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${rx}"/>`;

const envelope =
	path('M10.5 18H4.5a2 2 0 0 1-2-2V6.5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2V9') + path('m3 6 8.5 6 8.5-6');
const key = circle(14.5, 18, 2.75) + path('M17.25 18H22v2.25') + path('M19.75 18v1.75');

/** Per icon: strokes in the line colour, strokes in the accent. */
const icons = {
	dueDeliveries: [envelope, circle(17, 17, 4.75) + path('M17 14.5V17l1.75 1.25')],
	releaseGate: [
		path('M2.5 21h19') + path('M5 21V7.5') + path('M19 21v-4.5') + path('M3 7.5h4'),
		path('M5 10.5 20.5 3.5') + path('M9 16.5h6') + path('m13 14.25 2.25 2.25L13 18.75'),
	],
	idempotencyCheck: [
		path('M16.5 3.5h-11a2 2 0 0 0-2 2v11') + rect(7.5, 7.5, 13, 13),
		path('m11 14 2.25 2.25L17.25 12'),
	],
	deliveryCommit: [envelope, circle(17, 17, 4.75) + path('m14.9 17 1.5 1.5 2.7-2.8')],
	release: [
		path('M9 9.25 3 12.25v6l9 4 9-4v-6l-6-3') + path('m3 12.25 9 4 9-4') + path('M12 16.25v6'),
		path('M12 12V2') + path('m8.5 5.25 3.5-3.5 3.5 3.5'),
	],
	rollbackSnapshot: [
		path(
			'M9.25 9.5h1L11 8.25h2.5l.75 1.25h1a1.25 1.25 0 0 1 1.25 1.25v3.75a1.25 1.25 0 0 1-1.25 1.25h-6A1.25 1.25 0 0 1 8 14.5v-3.75A1.25 1.25 0 0 1 9.25 9.5Z',
		) + circle(12.25, 12.5, 1.25),
		path('M4.2 8.25A9 9 0 1 1 3.25 14') + path('M3.75 3.5v4.75H8.5'),
	],
	stabilizationCheck: [
		path('M3 3.5V19a2 2 0 0 0 2 2h16') + path('M18.5 12H21'),
		path('M6.25 12 8.5 5.5l3 12 2.75-8.5 2 5 1.25-2'),
	],
	releaseFlag: [
		path('M5 21.5v-18') + path('M5 4.5c4.5-2.5 9 2.5 14.5 0v9.5c-5.5 2.5-10-2.5-14.5 0'),
		path('M8.75 20.5h10.5') + circle(12.5, 20.5, 1.5),
	],
	workflowAudit: [
		rect(2.5, 3, 5.5, 5.5, 1.5) +
			rect(16, 3, 5.5, 5.5, 1.5) +
			path('M8 5.75h8') +
			path('M5.25 8.5V15a2 2 0 0 0 2 2h1.25'),
		circle(14.75, 15.75, 3.75) + path('m17.5 18.5 3.5 3.25'),
	],
	releaseTrigger: [
		path('M5.75 16.5c1-1 1.25-2.5 1.25-4.75 0-3.25 2.25-5.75 5-5.75s5 2.5 5 5.75c0 2.25.25 3.75 1.25 4.75Z') +
			path('M10 19.75a2.1 2.1 0 0 0 4 0') +
			path('M12 3.5V6'),
		path('M3 9.75C3.25 7.5 4.25 5.5 6 4') + path('M21 9.75C20.75 7.5 19.75 5.5 18 4'),
	],
	ledger: [
		path('M6.5 2.5H18a1.5 1.5 0 0 1 1.5 1.5v17.5H6.5a2 2 0 0 1-2-2v-15a2 2 0 0 1 2-2Z') +
			path('M4.5 19a2 2 0 0 1 2-2h13'),
		path('M9 6.75h6.5') + path('M9 10.5h6.5'),
	],
	hubspotKey: [
		circle(9, 9.25, 3.25) +
			path('M9 6V3') +
			circle(9, 2.5, 0.6) +
			path('m6.5 11.5-3 2.75') +
			circle(3, 14.75, 0.6) +
			path('m11.75 7.5 3.5-2.25') +
			circle(16, 4.75, 0.6),
		key,
	],
	n8nKey: [
		circle(4, 9, 1.75) +
			circle(12, 9, 1.75) +
			circle(20, 4.5, 1.75) +
			path('M5.75 9h4.5') +
			path('m13.5 8.1 4.9-2.8'),
		key,
	],
};

const draw = ([line, accent], theme) =>
	[
		'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60" viewBox="0 0 60 60" fill="none">',
		'<g transform="scale(2.5)" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">',
		`<g stroke="${theme.line}">${line}</g>`,
		`<g stroke="${theme.accent}">${accent}</g>`,
		'</g></svg>\n',
	].join('\n');

mkdirSync(folder, { recursive: true });
for (const [name, strokes] of Object.entries(icons)) {
	for (const [suffix, theme] of Object.entries(themes)) {
		writeFileSync(`${folder}${name}${suffix}.svg`, draw(strokes, theme));
	}
}
console.log(`${Object.keys(icons).length} icons, light and dark, in assets/icons`);
