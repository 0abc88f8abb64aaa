import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { boardHtml, readable, toneOf } from '../../scenarios/desk/board';
import { askDashboard, drawnOf, legendOf, mustShow, readDashboard } from '../../scenarios/desk/dashboard';
import { deskPage, renderPage } from '../../scenarios/desk/page';
import type { Answered } from '../../scenarios/desk/panel';
import { packageRoot } from '../../testbed/n8n/paths';

const at = Date.UTC(2026, 11, 1, 12) + 400;
const end = Math.floor(at / 1_000);
const { title, panels } = readDashboard();

let server: Server | null = null;
const asked: URLSearchParams[] = [];
afterEach(() => {
	server?.close();
	asked.length = 0;
});

/** Answers as Prometheus does: its own words for a query that it refuses, a matrix for others. */
async function prometheus(
	series: (query: string) => readonly (readonly [seconds: number, value: string])[] | string,
): Promise<string> {
	const own = createServer((request, response) => {
		const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
		asked.push(searchParams);
		const values = series(searchParams.get('query') ?? '');
		if (typeof values === 'string') {
			response.statusCode = 400;
			return response.end(JSON.stringify({ status: 'error', errorType: 'bad_data', error: values }));
		}
		const result = values.length === 0 ? [] : [{ metric: { spine: 'minutely', state: '<due>' }, values }];
		return response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
	});
	server = own;
	await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(own.address() as { port: number }).port}`;
}

describe('the dashboard, drawn from what Prometheus answers', () => {
	it('asks every query of every panel once, for every spine and the last three minutes', async () => {
		const answered = await askDashboard(await prometheus(() => [[end, '1']]), at);
		const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
		expect(asked.map((query) => query.get('query')).sort()).toEqual(
			queries.map((expr) => expr.replaceAll('$spine', '.*')).sort(),
		);
		expect(queries.some((expr) => expr.includes('$spine'))).toBe(true);
		for (const query of asked)
			expect([query.get('start'), query.get('end'), query.get('step')]).toEqual([
				String(end - 180),
				String(end),
				'5',
			]);
		expect(drawnOf(answered)).toEqual({ queries: queries.length, refused: [], empty: [] });
	});

	it('names a query that is refused, and a panel that shows nothing', async () => {
		const answered = await askDashboard(
			await prometheus((query) => {
				if (query.includes('slot_missed')) return 'parse error';
				return query.includes('failed|committed') ? [[end, 'NaN']] : [[end, '1']];
			}),
			at,
		);
		expect(drawnOf(answered)).toMatchObject({
			refused: ['Slot missed: parse error'],
			empty: ['Slot missed', 'Failed share of what was tried'],
		});
		expect(boardHtml(title, answered)).toContain('parse error');
	});

	it('shows a figure of now only while there is one', async () => {
		const answered = await askDashboard(await prometheus(() => [[end - 5, '1']]), at);
		const { empty } = drawnOf(answered);
		expect(empty).toContain('Slot missed');
		expect(empty).not.toContain('Open slot by state');
	});

	it('knows the panels that a missed slot must show', () => {
		expect(panels.map((panel) => panel.title)).toEqual(expect.arrayContaining([...mustShow]));
	});

	it('names a series by its labels, as Grafana does', () => {
		expect(legendOf('{{spine}} {{ state }}', { spine: 'a' })).toBe('a state');
	});

	it('puts each panel at its place, and what it shows as text', async () => {
		const page = boardHtml(title, await askDashboard(await prometheus(() => [[end, '4000']]), at));
		for (const panel of panels) {
			const { x, y, w, h } = panel.gridPos;
			expect(page).toContain(
				`#panel-${panel.id}{grid-column:${x + 1}/span ${w};grid-row:${y + 1}/span ${h}}`,
			);
			expect(page).toContain(`id="panel-${panel.id}"`);
			expect(page).toContain(`<h3>${panel.title}</h3>`);
		}
		const drawn = panels.filter(({ type }) => type === 'timeseries').length;
		expect(page.split('<svg').length - 1).toBe(drawn);
		expect(page).not.toContain('<due>');
		expect(page).toContain('1.1 h');
	});

	it('reads units and thresholds', () => {
		expect([readable(0.25, 'percentunit'), readable(59, 's'), readable(90, 's'), readable(3)]).toEqual([
			'25%',
			'59 s',
			'1.5 min',
			'3',
		]);
		const missed = panels.find((panel) => panel.title === 'Slot missed');
		const plain = panels.find((panel) => panel.title === 'Since the last send');
		expect(missed && [toneOf(missed, 0), toneOf(missed, 1)]).toEqual(['good', 'bad']);
		expect(plain && toneOf(plain, 9)).toBe('plain');
	});

	it('says No data where nothing answered', () => {
		const none: readonly Answered[] = panels.map((panel) => ({
			panel,
			lines: [],
			refused: [],
			asked: { from: 0, to: 1 },
		}));
		expect(boardHtml(title, none).split('No data').length - 1).toBe(panels.length);
	});
});

describe('the page of the desk, tried', () => {
	it('is what the program writes from what was kept', () => {
		expect(readFileSync(join(packageRoot, deskPage), 'utf8')).toBe(renderPage());
	});
});
