import { googleSheets as contract } from '../../contracts/google-sheets';
import type { StandIn, StandInAdmin } from '../shared/server';
import { bearerOf, keyedBench, type VendorOptions } from '../shared/vendor';
import { vendorFaults } from '../shared/vendor-faults';

/** Access token the stand-in takes. It opens nothing but the stand-in. */
export const sandboxSheetsToken = 'sheets-stand-in';

type Cell = string | number | boolean | null;

/** What a test may do to the Google Sheets stand-in. */
export interface SheetsAdmin extends StandInAdmin {
	/** Makes the one sheet there is, its first row the names of the columns. */
	fill(title: string, rows: readonly (readonly Cell[])[]): void;
	/** The rows below the first one, by the names of the columns. */
	rows(): readonly Readonly<Record<string, Cell>>[];
}

const problem = (code: number, status: string, message: string) => ({ error: { code, message, status } });

/** `B` is 2, `AA` is 27. */
const columnOf = (letters: string): number =>
	[...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

/** Part of a range in A1 notation: from and to, counted from 1; open ends are infinite. */
function readRange(range: string): { from: [number, number]; to: [number, number] } {
	const cells = range.includes('!') ? (range.split('!')[1] ?? '') : '';
	const [, letters = '', row = '', lastLetters, lastRow] =
		/^([A-Z]*)(\d*)(?::([A-Z]*)(\d*))?$/.exec(cells) ?? [];
	const first: [number, number] = [letters ? columnOf(letters) : 1, row ? Number(row) : 1];
	const single = lastLetters === undefined && cells !== '';
	const last: [number, number] = single
		? first
		: [lastLetters ? columnOf(lastLetters) : Infinity, lastRow ? Number(lastRow) : Infinity];
	return { from: first, to: last };
}

/** Starts Google Sheets with one spreadsheet of one sheet. Like the API, it leaves out empty cells at the end of a row. */
export async function startGoogleSheets(options: VendorOptions = {}): Promise<StandIn<SheetsAdmin>> {
	let title = 'Sheet1';
	let grid: Cell[][] = [];
	const faults = vendorFaults({
		throttled: problem(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric Read requests'),
		broken: problem(500, 'INTERNAL', 'Internal error encountered.'),
	});
	const { app, ...bench } = keyedBench(
		faults,
		(request) => bearerOf(request) === sandboxSheetsToken,
		{ status: 401, body: problem(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.') },
		contract,
	);
	app.get('/v4/spreadsheets/:id', async () => ({
		sheets: [{ properties: { sheetId: 0, title, index: 0, sheetType: 'GRID' } }],
	}));
	app.get('/v4/spreadsheets/:id/values/:range', async (request) => {
		const { range } = request.params as { range: string };
		const { from, to } = readRange(range);
		const values = grid.slice(from[1] - 1, to[1]).map((row) => {
			const cells = row.slice(from[0] - 1, to[0]);
			while (cells.length > 0 && (cells.at(-1) === null || cells.at(-1) === '')) cells.pop();
			return cells;
		});
		return { range, majorDimension: 'ROWS', ...(values.length > 0 ? { values } : {}) };
	});
	app.post('/v4/spreadsheets/:id/values:batchUpdate', async (request) => {
		const { data } = request.body as { data: readonly { range: string; values: readonly Cell[][] }[] };
		for (const { range, values } of data) {
			const { from } = readRange(range);
			values.forEach((row, down) =>
				row.forEach((value, right) => {
					const line = (grid[from[1] - 1 + down] ??= []);
					while (line.length < from[0] + right) line.push('');
					line[from[0] - 1 + right] = value;
				}),
			);
		}
		const { id } = request.params as { id: string };
		return { spreadsheetId: id, totalUpdatedCells: data.length };
	});
	const admin: SheetsAdmin = {
		...bench.admin,
		fill: (name, rows) => {
			title = name;
			grid = rows.map((row) => [...row]);
		},
		rows: () => {
			const [names = [], ...rest] = grid;
			return rest.map((row) => Object.fromEntries(names.map((name, at) => [String(name), row[at] ?? ''])));
		},
	};
	const url = await bench.listen(options.host ?? '127.0.0.1', options.port ?? 0);
	return { url, admin, close: () => bench.close() };
}
