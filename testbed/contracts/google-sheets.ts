import { z } from 'zod';
import type { Contract } from './contract';

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const valueRange = z.object({
	range: z.string(),
	majorDimension: z.enum(['ROWS', 'COLUMNS', 'DIMENSION_UNSPECIFIED']).optional(),
	// "Empty trailing rows and columns are omitted", so an empty range has none.
	values: z.array(z.array(cell)).optional(),
});

/** Google Sheets, as n8n's node reads the rows of a sheet and updates them. */
export const googleSheets: Contract = {
	vendor: 'Google Sheets',
	sources: [
		{
			url: 'https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values',
			read: '2026-11-30',
		},
		{ url: 'npm n8n-nodes-base 2.40.2, nodes/Google/Sheet/v2 (what the node sends)', read: '2026-11-30' },
	],
	refusal: z.object({
		error: z.object({ code: z.number().int(), message: z.string(), status: z.string() }),
	}),
	exchanges: [
		{
			name: 'list sheets',
			method: 'GET',
			path: '/v4/spreadsheets/{id}',
			query: z.object({ fields: z.string() }).strict(),
			answers: {
				200: z.object({
					sheets: z.array(
						z.object({
							properties: z.object({ sheetId: z.number().int(), title: z.string() }).passthrough(),
						}),
					),
				}),
			},
		},
		{
			name: 'read values',
			method: 'GET',
			path: '/v4/spreadsheets/{id}/values/{range}',
			query: z
				.object({
					valueRenderOption: z.enum(['FORMATTED_VALUE', 'UNFORMATTED_VALUE', 'FORMULA']),
					dateTimeRenderOption: z.enum(['SERIAL_NUMBER', 'FORMATTED_STRING']),
				})
				.partial()
				.strict(),
			answers: { 200: valueRange },
		},
		{
			name: 'update values',
			method: 'POST',
			path: '/v4/spreadsheets/{id}/values:batchUpdate',
			request: z
				.object({
					valueInputOption: z.enum(['RAW', 'USER_ENTERED']),
					data: z.array(z.object({ range: z.string(), values: z.array(z.array(cell)) }).passthrough()),
				})
				.strict(),
			answers: {
				200: z.object({ spreadsheetId: z.string(), totalUpdatedCells: z.number().int().optional() }),
			},
		},
	],
};
